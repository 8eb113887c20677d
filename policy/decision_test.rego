package cellwright_test

import data.cellwright

_fleet := {
	"tenant": "acme",
	"revision": "r1",
	"levels": [
		{
			"level": "enterprise",
			"bundle": "baseline",
			"enforcement": "Enforce",
			"rules": {
				"tools": {"allow": ["read", "web_*", "message"], "deny": ["web_secret"], "requireApproval": ["message"]},
				"channels": {"allow": ["telegram"]},
				"senders": {"allow": ["telegram:*"]},
			},
			"grants": [{"tenant": "acme", "tool": "web_secret", "until": "2199-01-01T00:00:00Z", "reason": "drill"}],
		},
		{
			"level": "organization",
			"bundle": "acme",
			"enforcement": "Enforce",
			"rules": {"tools": {"allow": ["*"], "deny": ["web_search"]}},
			"grants": [],
		},
		{
			"level": "team",
			"bundle": "trial",
			"enforcement": "Audit",
			"rules": {"tools": {"deny": ["read"]}},
			"grants": [],
		},
	],
}

_tool(name) := {"tenant": "acme", "kind": "tool", "name": name}

test_allowed_tool_is_allowed_with_the_revision if {
	cellwright.decision == {"allow": true, "requireApproval": false, "reasons": [], "revision": "r1"} with input as _tool("read")
		with data.policy as _fleet
}

test_lower_level_does_not_widen_what_an_upper_level_allows if {
	cellwright.decision == {
		"allow": false,
		"requireApproval": false,
		"reasons": ["enterprise/baseline: tools.allow does not name \"exec\""],
		"revision": "r1",
	} with input as _tool("exec") with data.policy as _fleet
}

test_deny_of_one_level_wins if {
	cellwright.decision == {
		"allow": false,
		"requireApproval": false,
		"reasons": ["organization/acme: tools.deny \"web_search\""],
		"revision": "r1",
	} with input as _tool("web_search") with data.policy as _fleet
}

test_approval_is_asked_for if {
	cellwright.decision == {
		"allow": true,
		"requireApproval": true,
		"reasons": ["enterprise/baseline: tools.requireApproval \"message\""],
		"revision": "r1",
	} with input as _tool("message") with data.policy as _fleet
}

test_grant_lifts_the_deny_of_its_own_bundle if {
	cellwright.decision.allow with input as _tool("web_secret") with data.policy as _fleet
}

test_grant_ends if {
	not cellwright.decision.allow with input as _tool("web_secret")
		with data.policy as _fleet
		with time.now_ns as time.parse_rfc3339_ns("2199-01-02T00:00:00Z")
}

test_another_tenant_is_refused if {
	cellwright.decision.allow == false with input as {"tenant": "globex", "kind": "tool", "name": "read"}
		with data.policy as _fleet
}

test_unknown_kind_is_refused if {
	cellwright.decision == {
		"allow": false,
		"requireApproval": false,
		"reasons": ["the question has no kind that policy knows"],
		"revision": "r1",
	} with input as {"tenant": "acme", "kind": "teleport", "name": "read"} with data.policy as _fleet
}

test_no_level_means_no if {
	cellwright.decision == {
		"allow": false,
		"requireApproval": false,
		"reasons": ["no level allows tools \"read\""],
		"revision": "r0",
	} with input as _tool("read") with data.policy as {"tenant": "acme", "revision": "r0", "levels": []}
}

test_inbound_needs_channel_and_sender if {
	cellwright.decision.allow with input as {
		"tenant": "acme",
		"kind": "inbound",
		"channel": "telegram",
		"requester": "telegram:1002",
	}
		with data.policy as _fleet
}

test_inbound_of_a_channel_nobody_allows_is_refused if {
	not cellwright.decision.allow with input as {
		"tenant": "acme",
		"kind": "inbound",
		"channel": "slack",
		"requester": "telegram:1002",
	}
		with data.policy as _fleet
}

test_free_rego_adds_a_deny if {
	cellwright.decision == {
		"allow": false,
		"requireApproval": false,
		"reasons": ["organization/acme: rego: not on Sundays"],
		"revision": "r1",
	} with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"acme": {"deny": {"not on Sundays"}}}
}

test_free_rego_of_an_audit_bundle_decides_nothing if {
	cellwright.decision.allow with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"trial": {"deny": {"never"}}}
}

test_inbound_without_a_channel_is_refused if {
	not cellwright.decision.allow with input as {"tenant": "acme", "kind": "inbound", "requester": "telegram:1"}
		with data.policy as _fleet
}

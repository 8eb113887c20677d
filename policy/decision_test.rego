package cellwright_test

import data.cellwright

_baseline := {
	"level": "enterprise",
	"bundle": "baseline",
	"enforcement": "Enforce",
	"rules": {
		"tools": {
			"allow": _index(["read", "web_*", "message"]),
			"deny": _index(["web_secret"]),
			"requireApproval": _index(["message"]),
		},
		"models": {"allow": _index(["anthropic/*"])},
		"channels": {"allow": _index(["telegram"])},
		"senders": {"allow": _index(["telegram:*"])},
		"targets": {"allow": _index(["telegram:*"]), "deny": _index(["telegram:-100*"])},
		"agents": {"allow": _index(["*"])},
	},
	"grants": [{"tenant": "acme", "tool": "web_secret", "until": "2199-01-01T00:00:00Z", "reason": "drill"}],
}

_acme := {
	"level": "organization",
	"bundle": "acme",
	"enforcement": "Enforce",
	"rules": {"tools": {"allow": _index(["*"]), "deny": _index(["web_search"])}},
	"grants": [],
}

_trial := {
	"level": "team",
	"bundle": "trial",
	"enforcement": "Audit",
	"rules": {"tools": {"allow": _index(["web_*"]), "deny": _index(["read"]), "requireApproval": _index(["read"])}},
	"grants": [],
}

_fleet := {"tenant": "acme", "revision": "r1", "levels": [_baseline, _acme]}

_audited := {"tenant": "acme", "revision": "r1", "levels": [_baseline, _acme, _trial]}

_tool(name) := {"tenant": "acme", "kind": "tool", "name": name}

_allowed := {
	"allow": true,
	"requireApproval": false,
	"reasons": [],
	"audit": [],
	"auditRego": false,
	"revision": "r1",
}

_denied(reasons) := object.union(_allowed, {"allow": false, "reasons": reasons})

# Whatever the index, a pattern decides alike (patterns_test.rego); this one needs no words.
_index(patterns) := {"others": patterns}

test_an_allowed_tool_is_allowed if {
	cellwright.decision == _allowed with input as _tool("read") with data.policy as _fleet
}

test_a_star_stands_for_dots_slashes_and_colons_too if {
	cellwright.decision == _allowed with input as _tool("web_a.b/c:d") with data.policy as _fleet
}

test_a_lower_level_does_not_widen_what_an_upper_level_allows if {
	cellwright.decision == _denied(["enterprise/baseline: tools.allow does not name \"exec\""])
		with input as _tool("exec")
		with data.policy as _fleet
}

test_an_upper_level_does_not_widen_what_a_lower_level_allows if {
	narrow := object.union(_acme, {"rules": {"tools": {"allow": _index(["web_*"])}}})
	cellwright.decision == _denied(["organization/acme: tools.allow does not name \"read\""])
		with input as _tool("read")
		with data.policy as object.union(_fleet, {"levels": [_baseline, narrow]})
}

test_an_empty_allow_list_allows_nothing if {
	empty := object.union(_acme, {"rules": {"tools": {"allow": _index([])}}})
	cellwright.decision == _denied(["organization/acme: tools.allow does not name \"read\""])
		with input as _tool("read")
		with data.policy as object.union(_fleet, {"levels": [_baseline, empty]})
}

test_a_deny_of_one_level_wins if {
	cellwright.decision == _denied(["organization/acme: tools.deny \"web_search\""])
		with input as _tool("web_search")
		with data.policy as _fleet
}

test_two_bundles_of_one_level_compose_like_two_levels if {
	other := {"level": "enterprise", "bundle": "other", "enforcement": "Enforce", "rules": {"tools": {"allow": _index(["web_*"])}}}
	cellwright.decision == _denied(["enterprise/other: tools.allow does not name \"read\""])
		with input as _tool("read")
		with data.policy as object.union(_fleet, {"levels": [_baseline, other]})
}

test_approval_is_asked_for_and_does_not_deny if {
	cellwright.decision == object.union(_allowed, {
		"requireApproval": true,
		"reasons": ["enterprise/baseline: tools.requireApproval \"message\""],
	}) with input as _tool("message") with data.policy as _fleet
}

test_a_grant_lifts_the_deny_of_its_own_bundle if {
	cellwright.decision == _allowed with input as _tool("web_secret") with data.policy as _fleet
}

test_a_grant_ends if {
	cellwright.decision == _denied(["enterprise/baseline: tools.deny \"web_secret\""])
		with input as _tool("web_secret")
		with data.policy as _fleet
		with time.now_ns as time.parse_rfc3339_ns("2199-01-01T00:00:00Z")
}

test_a_grant_does_not_lift_the_deny_of_another_bundle if {
	strict := object.union(_acme, {"rules": {"tools": {"allow": _index(["*"]), "deny": _index(["web_secret"])}}})
	cellwright.decision == _denied(["organization/acme: tools.deny \"web_secret\""])
		with input as _tool("web_secret")
		with data.policy as object.union(_fleet, {"levels": [_baseline, strict]})
}

test_a_grant_does_not_hold_for_another_tenant if {
	other := object.union(_fleet, {"tenant": "globex"})
	cellwright.decision == _denied(["enterprise/baseline: tools.deny \"web_secret\""])
		with input as {"tenant": "globex", "kind": "tool", "name": "web_secret"}
		with data.policy as other
}

test_the_question_of_another_tenant_is_denied if {
	cellwright.decision == _denied(["the question names tenant \"globex\", this policy is of \"acme\""])
		with input as {"tenant": "globex", "kind": "tool", "name": "read"}
		with data.policy as _fleet
}

test_a_question_without_a_tenant_is_denied if {
	cellwright.decision == _denied(["the question names tenant \"\", this policy is of \"acme\""])
		with input as {"kind": "tool", "name": "read"}
		with data.policy as _fleet
}

test_an_unknown_kind_is_denied if {
	cellwright.decision == _denied(["the question has no kind that policy knows"])
		with input as {"tenant": "acme", "kind": "teleport", "name": "read"}
		with data.policy as _fleet
}

test_no_level_means_no if {
	cellwright.decision == _denied(["no level allows the tool \"read\""]) with input as _tool("read")
		with data.policy as {"tenant": "acme", "revision": "r1", "levels": []}
}

test_a_level_that_only_denies_allows_nothing_by_itself if {
	cellwright.decision == _denied(["no level allows the tool \"read\""]) with input as _tool("read")
		with data.policy as {
			"tenant": "acme",
			"revision": "r1",
			"levels": [{"level": "team", "bundle": "x", "enforcement": "Enforce", "rules": {"tools": {"deny": _index(["exec"])}}}],
		}
}

test_a_name_that_is_no_text_is_denied if {
	not cellwright.allow with input as {"tenant": "acme", "kind": "tool", "name": ["read"]} with data.policy as _fleet
}

test_what_needs_approval_and_cannot_wait_for_it_is_denied if {
	strict := object.union(_acme, {"rules": {"models": {"requireApproval": _index(["*"])}}})
	cellwright.decision == object.union(
		_denied([
			"only a tool call can wait for approval",
			"organization/acme: models.requireApproval \"*\"",
		]),
		{"requireApproval": true},
	)
		with input as {"tenant": "acme", "kind": "model", "name": "anthropic/claude"}
		with data.policy as object.union(_fleet, {"levels": [_baseline, strict]})
}

test_the_outcome_of_an_approval_is_said_again if {
	cellwright.outcome == "refused" with input as {"tenant": "acme", "kind": "approval", "outcome": "refused"}
}

test_a_model_is_judged_by_models if {
	ask := {"tenant": "acme", "kind": "model", "name": "anthropic/claude"}
	cellwright.decision == _allowed with input as ask with data.policy as _fleet
	cellwright.decision == _denied([
		"enterprise/baseline: models.allow does not name \"openai/gpt\"",
		"no level allows the model \"openai/gpt\"",
	])
		with input as object.union(ask, {"name": "openai/gpt"})
		with data.policy as _fleet
}

test_an_agent_is_judged_by_agents if {
	cellwright.decision == _allowed with input as {"tenant": "acme", "kind": "agent", "name": "main"}
		with data.policy as _fleet
}

test_outbound_needs_channel_and_target if {
	ask := {"tenant": "acme", "kind": "outbound", "channel": "telegram", "name": "telegram:1002"}
	cellwright.decision == _allowed with input as ask with data.policy as _fleet
	cellwright.decision == _denied(["enterprise/baseline: targets.deny \"telegram:-100*\""])
		with input as object.union(ask, {"name": "telegram:-1007"})
		with data.policy as _fleet
}

test_inbound_needs_channel_and_sender if {
	ask := {"tenant": "acme", "kind": "inbound", "channel": "telegram", "requester": "telegram:1002"}
	cellwright.decision == _allowed with input as ask with data.policy as _fleet
	cellwright.decision == _denied([
		"enterprise/baseline: channels.allow does not name \"slack\"",
		"no level allows the channel \"slack\"",
	])
		with input as object.union(ask, {"channel": "slack"})
		with data.policy as _fleet
	cellwright.decision == _denied([
		"enterprise/baseline: senders.allow does not name \"\"",
		"no level allows the sender \"\"",
	])
		with input as object.remove(ask, ["requester"])
		with data.policy as _fleet
}

test_an_audit_bundle_decides_nothing_and_says_what_it_would_have_said if {
	cellwright.decision == object.union(_allowed, {"audit": [
		"team/trial: tools.allow does not name \"read\"",
		"team/trial: tools.deny \"read\"",
		"team/trial: tools.requireApproval \"read\"",
	]})
		with input as _tool("read")
		with data.policy as _audited
}

test_the_allow_of_an_audit_bundle_allows_nothing if {
	cellwright.decision.reasons == ["no level allows the tool \"web_x\""] with input as _tool("web_x")
		with data.policy as {"tenant": "acme", "revision": "r1", "levels": [_trial]}
}

test_a_level_of_unknown_enforcement_decides if {
	odd := object.union(_trial, {"enforcement": "audit"})
	not cellwright.allow with input as _tool("read")
		with data.policy as object.union(_fleet, {"levels": [_baseline, odd]})
}

test_free_rego_adds_a_deny if {
	cellwright.decision == _denied(["organization/acme: rego: not on Sundays"]) with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"acme": {"deny": {"not on Sundays"}}}
}

test_free_rego_adds_an_approval if {
	cellwright.decision == object.union(_allowed, {
		"requireApproval": true,
		"reasons": ["organization/acme: rego: large"],
	})
		with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"acme": {"require_approval": {"large"}}}
}

test_free_rego_that_is_no_set_denies_everything if {
	cellwright.decision == _denied([
		"organization/acme: rego: deny is not a set of messages",
		"organization/acme: rego: require_approval is not a set of messages",
	])
		with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"acme": {"deny": false, "require_approval": true}}
}

_audited_with_rego := object.union(
	_fleet,
	{"levels": [_baseline, _acme, object.union(object.remove(_trial, ["rules"]), {"rego": true})]},
)

test_free_rego_of_an_audit_bundle_decides_nothing_and_is_said_to_be_there if {
	cellwright.decision == object.union(_allowed, {"auditRego": true}) with input as _tool("read")
		with data.policy as _audited_with_rego
		with data.cellwright_bundles as {"trial": {"deny": {"never"}}}
}

test_free_rego_of_an_audit_bundle_is_told_when_it_is_asked_for if {
	cellwright.audit == ["team/trial: rego: large", "team/trial: rego: never"] with input as _tool("read")
		with data.policy as _audited_with_rego
		with data.cellwright_bundles as {"trial": {"deny": {"never"}, "require_approval": {"large"}}}
}

test_free_rego_that_decides_is_no_part_of_the_audit if {
	cellwright.audit == [] with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"acme": {"deny": {"never"}}}
}

test_free_rego_of_a_bundle_that_does_not_apply_is_not_read if {
	cellwright.decision == _allowed with input as _tool("read")
		with data.policy as _fleet
		with data.cellwright_bundles as {"globex": {"deny": {"never"}}}
}

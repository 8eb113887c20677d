package cellwright_explanation_test

import data.cellwright

_levels := [
	{
		"level": "enterprise",
		"bundle": "baseline",
		"enforcement": "Enforce",
		"rules": {"tools": {
			"allow": {"heads": {"4": {"web_": ["web_*"]}}, "names": {"message": true}},
			"deny": {"names": {"web_search": true}},
			"requireApproval": {"names": {"message": true}},
		}},
		"grants": [{"tenant": "acme", "tool": "web_search", "until": "2199-01-01T00:00:00Z", "reason": "drill"}],
	},
	{
		"level": "organization",
		"bundle": "acme",
		"enforcement": "Enforce",
		"rules": {},
		"grants": [],
	},
	{
		"level": "team",
		"bundle": "trial",
		"enforcement": "Audit",
		"rules": {"tools": {"deny": {"names": {"web_search": true}}}},
		"grants": [],
	},
]

_said(name) := said if {
	said := cellwright.explanation with input as {"tenant": "acme", "kind": "tool", "name": name}
		with data.policy as {"tenant": "acme", "revision": "r1", "levels": _levels}
		with data.cellwright_bundles as {
			"acme": {"deny": {"never"}, "require_approval": {"large"}},
			"trial": {"deny": {"unheard"}},
		}
}

test_each_level_says_its_own if {
	_said("web_search") == [
		{
			"level": "enterprise",
			"bundle": "baseline",
			"enforcement": "Enforce",
			"allows": ["tools.allow \"web_*\""],
			"denies": [],
			"requiresApproval": [],
			"grants": ["tools.deny \"web_search\" is lifted until 2199-01-01T00:00:00Z: drill"],
		},
		{
			"level": "organization",
			"bundle": "acme",
			"enforcement": "Enforce",
			"allows": [],
			"denies": ["organization/acme: rego: never"],
			"requiresApproval": ["organization/acme: rego: large"],
			"grants": [],
		},
		{
			"level": "team",
			"bundle": "trial",
			"enforcement": "Audit",
			"allows": [],
			"denies": ["team/trial: tools.deny \"web_search\""],
			"requiresApproval": [],
			"grants": [],
		},
	]
}

test_a_list_that_does_not_name_the_call_denies_it if {
	_said("exec")[0].denies == ["enterprise/baseline: tools.allow does not name \"exec\""]
}

test_approval_is_shown_with_its_rule if {
	_said("message")[0].requiresApproval == ["enterprise/baseline: tools.requireApproval \"message\""]
}

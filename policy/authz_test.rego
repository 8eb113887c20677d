package system.authz_test

import data.system.authz

_token := "0123456789abcdef0123456789abcdef"

_ask(identity) := _ask_for("decision", identity)

_ask_for(rule, identity) := {
	"method": "POST",
	"path": ["v1", "data", "cellwright", rule],
	"identity": identity,
}

test_the_guards_token_opens_what_the_guard_asks if {
	every rule in ["decision", "revision", "audit", "outcome"] {
		authz.allow with input as _ask_for(rule, _token) with data.cellwright_runtime as {"token": _token}
	}
}

test_the_token_opens_no_other_rule if {
	every rule in ["allow", "explanation", "subjects", "hits"] {
		not authz.allow with input as _ask_for(rule, _token) with data.cellwright_runtime as {"token": _token}
	}
}

test_the_token_does_not_open_more_below_or_above if {
	paths := [["v1", "data", "cellwright"], ["v1", "data", "cellwright", "decision", "allow"], ["v1", "data", "policy"]]
	every path in paths {
		not authz.allow with input as object.union(_ask(_token), {"path": path})
			with data.cellwright_runtime as {"token": _token}
	}
}

test_another_token_does_not if {
	not authz.allow with input as _ask("x") with data.cellwright_runtime as {"token": _token}
}

test_no_token_opens_nothing_when_none_was_made if {
	not authz.allow with input as _ask("") with data.cellwright_runtime as {"token": ""}
}

test_the_token_does_not_open_other_data if {
	not authz.allow with input as {"method": "GET", "path": ["v1", "data"], "identity": _token}
		with data.cellwright_runtime as {"token": _token}
}

test_the_token_does_not_open_policies if {
	not authz.allow with input as {"method": "PUT", "path": ["v1", "policies", "x"], "identity": _token}
		with data.cellwright_runtime as {"token": _token}
}

test_health_and_metrics_are_open if {
	every path in [["health"], ["metrics"]] {
		authz.allow with input as {"method": "GET", "path": path}
	}
}

test_config_is_not_open if {
	not authz.allow with input as {"method": "GET", "path": ["v1", "config"]}
}

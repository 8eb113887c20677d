package system.authz_test

import data.system.authz

_token := "0123456789abcdef0123456789abcdef"

_ask(identity) := {
	"method": "POST",
	"path": ["v1", "data", "cellwright", "decision"],
	"identity": identity,
}

test_the_guards_token_opens_the_decision if {
	authz.allow with input as _ask(_token) with data.cellwright_runtime as {"token": _token}
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

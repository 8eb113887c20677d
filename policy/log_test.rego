package system.log_test

import data.system.log

_settings := {"maskKeys": ["token", "api_key"], "hashSenders": false}

_shown(params) := value if {
	some change in log.mask with input as {"input": {"params": params}} with data.policy.log as _settings
	change.path == "/input/params"
	value := change.value
}

test_values_under_a_named_key_are_masked_at_any_depth if {
	_shown({"token": "x", "url": "y", "headers": [{"x-token": "z"}]}) == {
		"token": "**",
		"url": "y",
		"headers": [{"x-token": "**"}],
	}
}

test_a_key_is_known_in_every_spelling if {
	keys := ["apiKey", "api-key", "API_KEY", "GITHUB_API_KEY", "myApiKey"]
	every key in keys {
		_shown({key: "x"}) == {key: "**"}
	}
	_shown({"monkey": "x", "tokenizer": "x"}) == {"monkey": "x", "tokenizer": "x"}
}

test_everything_below_a_named_key_is_masked if {
	_shown({"token": {"a": [1, "x"], "b": null}}) == {"token": {"a": ["**", "**"], "b": "**"}}
}

test_keys_that_look_like_paths_hide_nothing if {
	_shown({"a/token": {"b~1c": {"token": "x"}}, "": {"token": "y"}}) == {
		"a/token": {"b~1c": {"token": "**"}},
		"": {"token": "**"},
	}
}

test_long_texts_are_cut if {
	long := concat("", [letter | some _ in numbers.range(1, 300); letter := "a"])
	_shown({"url": long}) == {"url": sprintf("%s... (300 characters)", [substring(long, 0, 256)])}
}

test_parameters_that_are_no_object_are_not_shown if {
	_shown("secret") == "**"
	_shown([{"token": "x"}]) == "**"
}

test_a_question_without_parameters_is_left_alone if {
	log.mask == set() with input as {"input": {"name": "read", "requester": "telegram:1002"}}
		with data.policy.log as _settings
}

_event := {
	"input": {
		"requester": "telegram:1002",
		"session": "agent:main:telegram:direct:1002",
		"name": "telegram:1002",
	},
	"result": {"allow": false, "reasons": ["no level allows the sender \"telegram:1002\""]},
}

_hashed(event) := changes if {
	masks := log.mask with input as event
		with data.policy.log as {"maskKeys": [], "hashSenders": true}
		with data.cellwright_runtime as {"logKey": "k"}
	changes := {change.path: change.value | some change in masks}
}

test_people_appear_under_a_hash_wherever_their_id_stands if {
	hash := sprintf("~%s", [substring(crypto.hmac.sha256("1002", "k"), 0, 16)])
	_hashed(_event) == {
		"/input/requester": sprintf("telegram:%s", [hash]),
		"/input/session": sprintf("agent:main:telegram:direct:%s", [hash]),
		"/input/name": sprintf("telegram:%s", [hash]),
		"/result": {"allow": false, "reasons": [sprintf("no level allows the sender \"telegram:%s\"", [hash])]},
	}
}

test_without_the_setting_they_appear_as_they_are if {
	log.mask == set() with input as _event with data.policy.log as _settings
}

test_a_question_of_nobody_is_left_alone if {
	_hashed({"input": {"name": "read"}}) == {}
}

test_the_question_of_probes_is_dropped_and_decisions_are_not if {
	log.drop with input as {"path": "cellwright/revision"}
	not log.drop with input as {"path": "cellwright/decision"}
}

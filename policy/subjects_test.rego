package cellwright_subjects_test

import data.cellwright

_spoken_to(params) := {agent |
	some ["agents", agent] in cellwright.subjects with input as {
		"kind": "tool",
		"name": "sessions_send",
		"agent": "main",
		"params": params,
	}
}

test_speaking_to_another_agent_is_a_subject_of_its_own if {
	_spoken_to({"agentId": "clerk"}) == {"clerk"}
	_spoken_to({"sessionKey": "agent:clerk:main"}) == {"clerk"}
}

test_another_session_of_the_same_agent_is_another_persons if {
	_spoken_to({"agentId": "main"}) == {"main"}
	_spoken_to({"sessionKey": "agent:main:telegram:direct:1002"}) == {"main"}
}

test_an_agent_that_cannot_be_told_is_the_unknown_one if {
	_spoken_to({"label": "anyone"}) == {""}
	_spoken_to({"sessionKey": "clerk"}) == {""}
}

test_who_spawns_and_names_nobody_spawns_itself if {
	ask := {"kind": "tool", "name": "sessions_spawn", "agent": "main", "params": {"task": "x"}}
	cellwright.subjects == {["tools", "sessions_spawn"]} with input as ask
	cellwright.subjects == {["tools", "sessions_spawn"], ["agents", "clerk"]}
		with input as object.union(ask, {"params": {"agentId": "clerk"}})
}

test_other_tools_speak_to_nobody if {
	cellwright.subjects == {["tools", "read"]}
		with input as {"kind": "tool", "name": "read", "params": {"agentId": "clerk"}}
}

_sent_to(params) := {target |
	some ["targets", target] in cellwright.subjects with input as {
		"kind": "tool",
		"name": "message",
		"channel": "telegram",
		"params": params,
	}
}

test_sending_by_a_tool_needs_the_allow_of_its_target if {
	_sent_to({"target": "1002"}) == {"telegram:1002"}
	_sent_to({"to": "telegram:1002"}) == {"telegram:1002"}
	_sent_to({"channel": "slack", "target": "C1"}) == {"slack:C1"}
}

test_a_target_that_is_no_text_stays_one if {
	_sent_to({"target": ["1002"]}) == {["1002"]}
}

test_a_message_that_names_no_target_answers_where_it_stands if {
	_sent_to({"message": "hi"}) == set()
}

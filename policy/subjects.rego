package cellwright

# METADATA
# description: |
#   What a question is about, as [family, value]: each of them needs its allow. A field that did not come is "", which
#   only an allow of "*" matches: a question must not pass because it said less.
# scope: rule
subjects contains ["tools", object.get(input, "name", "")] if input.kind == "tool"

subjects contains ["models", object.get(input, "name", "")] if input.kind == "model"

subjects contains ["targets", object.get(input, "name", "")] if input.kind == "outbound"

subjects contains ["agents", object.get(input, "name", "")] if input.kind == "agent"

subjects contains ["channels", object.get(input, "channel", "")] if input.kind in {"inbound", "outbound"}

subjects contains ["senders", object.get(input, "requester", "")] if input.kind == "inbound"

# A tool that speaks to another session needs the allow of that session's agent besides its own: another session of the
# same agent is another person's. Who spawns a helper of its own kind speaks to nobody.
subjects contains ["agents", agent] if {
	input.kind == "tool"
	input.name in {"sessions_send", "sessions_spawn"}
	agent := _addressed_agent
	not _spawns_itself(agent)
}

_spawns_itself(agent) if {
	input.name == "sessions_spawn"
	agent == object.get(input, "agent", "")
}

default _addressed_agent := ""

# By id, or by the session key, which is agent:<id>:<rest>; who spawns and names nobody spawns its own kind.
_addressed_agent := input.params.agentId if {
	input.params.agentId
} else := split(input.params.sessionKey, ":")[1] if {
	startswith(input.params.sessionKey, "agent:")
} else := object.get(input, "agent", "") if {
	input.name == "sessions_spawn"
}

# A tool that sends names its target itself; not every way of sending asks about the message once more.
subjects contains ["targets", target] if {
	input.kind == "tool"
	input.name == "message"
	_target != null
	target := _addressed_target
}

# What is no text stays as it came, and is denied for that.
_addressed_target := _target if {
	not is_string(_target)
} else := _target if {
	startswith(_target, sprintf("%s:", [_channel]))
} else := sprintf("%s:%s", [_channel, _target])

_target := object.get(input.params, "target", object.get(input.params, "to", null))

_channel := object.get(input.params, "channel", object.get(input, "channel", ""))

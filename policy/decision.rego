# METADATA
# description: |
#   One decision for one question of the guard. Every level of the hierarchy is a document of its own in
#   data.policy.levels; an allow is needed from every level that speaks to allow, deny and approval add up, so a lower
#   level can narrow what an upper one allows and never widen it.
# entrypoint: true
package cellwright

# METADATA
# description: The answer. It is never undefined; who gets no answer must deny.
# scope: rule
decision := {
	"allow": allow,
	"requireApproval": count(_approvals) > 0,
	"reasons": sort(_reasons),
	"revision": data.policy.revision,
}

# METADATA
# description: True when at least one level allows every subject of the question and no level forbids any.
# scope: rule
default allow := false

allow if {
	input.tenant == data.policy.tenant
	count(_subjects) > 0
	count(_denials) == 0
	every subject in _subjects {
		_allowed_by_some_level(subject)
	}
}

# Levels that decide. Audit bundles are left out here and reported in _audit.
_enforced := [level | some level in data.policy.levels; level.enforcement == "Enforce"]

# What a question is about, as [family, value]: each of them needs its allow. A field that did not come is "", which
# only an allow of "*" matches: a question must not pass because it said less.
_subjects contains ["tools", object.get(input, "name", "")] if input.kind == "tool"

_subjects contains ["models", object.get(input, "name", "")] if input.kind == "model"

_subjects contains ["targets", object.get(input, "name", "")] if input.kind == "outbound"

_subjects contains ["agents", object.get(input, "name", "")] if input.kind == "agent"

_subjects contains ["channels", object.get(input, "channel", "")] if input.kind in {"inbound", "outbound"}

_subjects contains ["senders", object.get(input, "requester", "")] if input.kind == "inbound"

_allowed_by_some_level([family, value]) if {
	some level in _enforced
	_matches(level.rules[family].allow, value)
}

_denials contains reason if {
	input.tenant != data.policy.tenant
	reason := sprintf("the question names tenant %q, this policy is of %q", [input.tenant, data.policy.tenant])
}

_denials contains reason if {
	some level in _enforced
	some [family, value] in _subjects
	level.rules[family].allow
	not _matches(level.rules[family].allow, value)
	reason := sprintf("%s: %s.allow does not name %q", [_origin(level), family, value])
}

_denials contains reason if {
	some level in _enforced
	some [family, value] in _subjects
	some pattern in level.rules[family].deny
	glob.match(pattern, null, value)
	not _granted(level, family, value)
	reason := sprintf("%s: %s.deny %q", [_origin(level), family, pattern])
}

_denials contains reason if {
	some level in _enforced
	some message in data.cellwright_bundles[level.bundle].deny
	reason := sprintf("%s: rego: %s", [_origin(level), message])
}

_approvals contains reason if {
	some level in _enforced
	some [family, value] in _subjects
	some pattern in level.rules[family].requireApproval
	glob.match(pattern, null, value)
	reason := sprintf("%s: %s.requireApproval %q", [_origin(level), family, pattern])
}

_approvals contains reason if {
	some level in _enforced
	some message in data.cellwright_bundles[level.bundle].require_approval
	reason := sprintf("%s: rego: %s", [_origin(level), message])
}

_reasons := (_denials | _approvals) | _silence

_silence contains reason if {
	some [family, value] in _subjects
	not _allowed_by_some_level([family, value])
	reason := sprintf("no level allows %s %q", [family, value])
}

_silence contains "the question has no kind that policy knows" if count(_subjects) == 0

# An exception holds for the bundle that denies, for tools, until its end.
_granted(level, "tools", value) if {
	some grant in level.grants
	grant.tenant == input.tenant
	glob.match(grant.tool, null, value)
	time.now_ns() < time.parse_rfc3339_ns(grant.until)
}

_matches(patterns, value) if {
	some pattern in patterns
	glob.match(pattern, null, value)
}

_origin(level) := sprintf("%s/%s", [level.level, level.bundle])

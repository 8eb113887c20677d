# METADATA
# description: |
#   One decision for one question of the guard. Every level of the hierarchy is a document of its own in
#   data.policy.levels; an allow is needed from every level that speaks to allow, deny and approval add up, so a lower
#   level can narrow what an upper one allows and never widen it.
# entrypoint: true
package cellwright

# METADATA
# description: |
#   The answer. It is never undefined; who gets no answer must deny. `audit` is what Audit bundles would have said by their
#   structured rules; their free Rego is not run here, because an error in it would end the decision.
# scope: rule
decision := {
	"allow": allow,
	"requireApproval": count(_approvals) > 0,
	"reasons": sort(((_denials | _approvals) | _silence)),
	"audit": sort(_audit),
	"revision": revision,
}

# METADATA
# description: Which policy is served. Asked by itself for health, so that no rule of a bundle has a say in that.
# scope: rule
revision := data.policy.revision

# METADATA
# description: True when every subject of the question is allowed by at least one level and no level objects.
# scope: rule
default allow := false

allow if {
	count(_subjects) > 0
	count(_denials) == 0
	every subject in _subjects {
		_allowed_by_some_level(subject)
	}
}

_enforced := [level | some level in data.policy.levels; not _audits(level)]

_audited := [level | some level in data.policy.levels; _audits(level)]

# Whatever does not say Audit decides.
_audits(level) if level.enforcement == "Audit"

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
	asked := object.get(input, "tenant", "")
	asked != data.policy.tenant
	reason := sprintf("the question names tenant %q, this policy is of %q", [asked, data.policy.tenant])
}

_denials contains reason if {
	some level in _enforced
	some reason in ((_omitted(level) | _denied(level)) | (_denied_by_rego(level) | _unreadable_rego(level)))
}

_approvals contains reason if {
	some level in _enforced
	some reason in (_to_approve(level) | _to_approve_by_rego(level))
}

_silence contains reason if {
	some [family, value] in _subjects
	not _allowed_by_some_level([family, value])
	reason := sprintf("no level allows %s %q", [family, value])
}

_silence contains "the question has no kind that policy knows" if count(_subjects) == 0

_audit contains reason if {
	some level in _audited
	some reason in ((_omitted(level) | _denied(level)) | _to_approve(level))
}

# A level that has an allow list denies what is not in it.
_omitted(level) := {reason |
	some [family, value] in _subjects
	patterns := level.rules[family].allow
	not _matches(patterns, value)
	reason := sprintf("%s: %s.allow does not name %q", [_origin(level), family, value])
}

_denied(level) := {reason |
	some [family, value] in _subjects
	some pattern in level.rules[family].deny
	glob.match(pattern, null, value)
	not _granted(level, family, value)
	reason := sprintf("%s: %s.deny %q", [_origin(level), family, pattern])
}

_to_approve(level) := {reason |
	some [family, value] in _subjects
	some pattern in level.rules[family].requireApproval
	glob.match(pattern, null, value)
	reason := sprintf("%s: %s.requireApproval %q", [_origin(level), family, pattern])
}

_denied_by_rego(level) := {reason |
	some message in data.cellwright_bundles[level.bundle].deny
	reason := sprintf("%s: rego: %v", [_origin(level), message])
}

_to_approve_by_rego(level) := {reason |
	some message in data.cellwright_bundles[level.bundle].require_approval
	reason := sprintf("%s: rego: %v", [_origin(level), message])
}

# `deny if ...` is a rule of another shape, whose truth the two comprehensions above would pass over.
_unreadable_rego(level) := {reason |
	some name in ["deny", "require_approval"]
	value := data.cellwright_bundles[level.bundle][name]
	not is_set(value)
	reason := sprintf("%s: rego: %s is not a set of messages", [_origin(level), name])
}

# An exception holds for the bundle that denies, for tools, until its end.
_granted(level, "tools", value) if {
	some grant in level.grants
	grant.tenant == input.tenant
	glob.match(grant.tool, null, value)
	time.now_ns() < time.parse_rfc3339_ns(grant.until)
}

# Without delimiters `*` stands for any text, dots, slashes and colons included.
_matches(patterns, value) if {
	some pattern in patterns
	glob.match(pattern, null, value)
}

_origin(level) := sprintf("%s/%s", [level.level, level.bundle])

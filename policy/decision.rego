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
#   structured rules. Their free Rego is not run here, because an error in it would end the decision: `auditRego` says that
#   there is some, to be asked for by itself.
# scope: rule
decision := {
	"allow": allow,
	"requireApproval": count(_approvals) > 0,
	"reasons": sort(((_denials | _approvals) | _silence)),
	"audit": sort(_audit),
	"auditRego": count(_audited_with_rego) > 0,
	"revision": revision,
}

# METADATA
# description: Which policy is served. Asked by itself for health, so that no rule of a bundle has a say in that.
# scope: rule
revision := data.policy.revision

# METADATA
# description: What the free Rego of Audit bundles would have said; it decides nothing.
# scope: rule
audit := sort({reason |
	some level in _audited_with_rego
	some reason in ((_denied_by_rego(level) | _to_approve_by_rego(level)) | _unreadable_rego(level))
})

# METADATA
# description: What came of a decision (an approval given, refused, or not answered), told so that the decision log has it.
# scope: rule
outcome := input.outcome

# METADATA
# description: True when every subject of the question is allowed by at least one level and no level objects.
# scope: rule
default allow := false

allow if {
	count(subjects) > 0
	count(_denials) == 0
	every subject in subjects {
		_allowed_by_some_level(subject)
	}
}

# METADATA
# description: What each level says of the question, from the enterprise down; the decision is made of nothing else.
# scope: rule
explanation := [said |
	some level in data.policy.levels
	said := {
		"level": level.level,
		"bundle": level.bundle,
		"enforcement": level.enforcement,
		"allows": sort(_allowed(level)),
		"denies": sort(((_omitted(level) | _denied(level)) | _rego_of(level, "deny"))),
		"requiresApproval": sort(_to_approve(level) | _rego_of(level, "require_approval")),
		"grants": sort(_lifted(level)),
	}
]

_enforced := [level | some level in data.policy.levels; not _audits(level)]

_audited := [level | some level in data.policy.levels; _audits(level)]

_audited_with_rego := [level | some level in _audited; level.rego]

# Whatever does not say Audit decides.
_audits(level) if level.enforcement == "Audit"

_allowed_by_some_level([family, value]) if {
	some level in _enforced
	matches(level.rules[family].allow, value)
}

_denials contains reason if {
	asked := object.get(input, "tenant", "")
	asked != data.policy.tenant
	reason := sprintf("the question names tenant %q, this policy is of %q", [asked, data.policy.tenant])
}

_denials contains reason if {
	some [family, value] in subjects
	not is_string(value)
	reason := sprintf("the question has no text where %s look", [family])
}

_denials contains reason if {
	some level in _enforced
	some reason in ((_omitted(level) | _denied(level)) | (_denied_by_rego(level) | _unreadable_rego(level)))
}

# Nobody can be asked about a run or a message while it waits, so what needs approval there does not happen.
_denials contains "only a tool call can wait for approval" if {
	count(_approvals) > 0
	object.get(input, "kind", "") != "tool"
}

_approvals contains reason if {
	some level in _enforced
	some reason in (_to_approve(level) | _to_approve_by_rego(level))
}

_silence contains reason if {
	some [family, value] in subjects
	not _allowed_by_some_level([family, value])
	reason := sprintf("no level allows the %s %q", [trim_suffix(family, "s"), value])
}

_silence contains "the question has no kind that policy knows" if count(subjects) == 0

_audit contains reason if {
	some level in _audited
	some reason in ((_omitted(level) | _denied(level)) | _to_approve(level))
}

_allowed(level) := {rule |
	some [family, value] in subjects
	some pattern in hits(level.rules[family].allow, value)
	rule := sprintf("%s.allow %q", [family, pattern])
}

# A level that has an allow list denies what is not in it.
_omitted(level) := {reason |
	some [family, value] in subjects
	index := level.rules[family].allow
	not matches(index, value)
	reason := sprintf("%s: %s.allow does not name %q", [_origin(level), family, value])
}

_denied(level) := {reason |
	some [family, value] in subjects
	some pattern in hits(level.rules[family].deny, value)
	not _granted(level, family, value)
	reason := sprintf("%s: %s.deny %q", [_origin(level), family, pattern])
}

_to_approve(level) := {reason |
	some [family, value] in subjects
	some pattern in hits(level.rules[family].requireApproval, value)
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

# Of an Audit bundle the explanation has the structured rules only, as the decision has.
_rego_of(level, "deny") := reasons if {
	not _audits(level)
	reasons := _denied_by_rego(level) | _unreadable_rego(level)
} else := set()

_rego_of(level, "require_approval") := reasons if {
	not _audits(level)
	reasons := _to_approve_by_rego(level)
} else := set()

# An exception holds for the bundle that denies, for tools, until its end.
_granted(level, family, value) if count(_grants_for(level, family, value)) > 0

_lifted(level) := {line |
	some [family, value] in subjects
	some pattern in hits(level.rules[family].deny, value)
	some grant in _grants_for(level, family, value)
	line := sprintf("%s.deny %q is lifted until %s: %s", [family, pattern, grant.until, grant.reason])
}

_grants_for(level, "tools", value) := {grant |
	some grant in level.grants
	grant.tenant == input.tenant
	glob.match(grant.tool, null, value)
	time.now_ns() < time.parse_rfc3339_ns(grant.until)
}

_origin(level) := sprintf("%s/%s", [level.level, level.bundle])

# METADATA
# description: |
#   What decision logs must not show. Parameters are masked by the names of their keys, long texts are cut, and where the
#   profile says so senders appear under a keyed hash, the same for one person through the life of the tenant's volume.
package system.log

# METADATA
# description: True for what is not worth a line; a probe asks for the revision every few seconds.
# scope: rule
drop if input.path == "cellwright/revision"

# METADATA
# description: Replacements in one event of the log.
# scope: rule
mask contains {"op": "upsert", "path": "/input/params", "value": _params} if "params" in object.keys(input.input)

mask contains {"op": "upsert", "path": "/input/requester", "value": _person(input.input.requester)} if _hides_person

mask contains {"op": "upsert", "path": "/input/session", "value": _without_person(input.input.session)} if _hides_person

mask contains {"op": "upsert", "path": "/input/name", "value": _without_person(input.input.name)} if _hides_person

mask contains {"op": "upsert", "path": "/result", "value": value} if {
	_hides_person
	value := json.unmarshal(_without_person(json.marshal(input.result)))
}

# Should a part of the parameters not be replaceable, none of them is shown.
default _params := "**"

_params := json.patch(input.input.params, [change |
	walk(input.input.params, [path, value])
	count(path) > 0
	shown := _shown(path, value)
	shown != value
	change := {"op": "replace", "path": path, "value": shown}
]) if is_object(input.input.params)

# Only what has no parts is replaced: parts of something replaced could not be replaced any more.
_shown(path, value) := "**" if {
	not is_object(value)
	not is_array(value)
	some key in path
	is_string(key)
	_is_masked(key)
} else := sprintf("%s... (%d characters)", [substring(value, 0, _longest), count(value)]) if {
	is_string(value)
	count(value) > _longest
} else := value

_longest := 256

# apiKey, api-key and GITHUB_API_KEY all end in the word api_key.
_is_masked(key) if {
	words := lower(replace(regex.replace(key, `([a-z0-9])([A-Z])`, `${1}_${2}`), "-", "_"))
	some word in data.policy.log.maskKeys
	endswith(sprintf("_%s", [words]), sprintf("_%s", [word]))
}

_hides_person if {
	data.policy.log.hashSenders
	is_string(input.input.requester)
}

_id := substring(input.input.requester, indexof(input.input.requester, ":") + 1, -1)

_person(requester) := sprintf("%s:%s", [split(requester, ":")[0], _hash])

# The person's id stands in session keys, targets and reasons, too.
_without_person(text) := replace(text, _id, _hash) if _id != ""

_hash := sprintf("~%s", [substring(crypto.hmac.sha256(_id, data.cellwright_runtime.logKey), 0, 16)])

# Rules are kept by what can be looked up (constructs/policy/pattern-index.ts), so that ten thousand of them cost about
# as much as ten: whole names, patterns by the text before their first star, patterns by the text after their last one.
# Few have neither, and only those are tried one by one.
package cellwright

# METADATA
# description: The patterns of an index that a value matches; without delimiters `*` stands for any text, dots, slashes and colons included.
# scope: rule
hits(index, value) := {pattern | some pattern in _candidates(index, value); glob.match(pattern, null, value)}

# METADATA
# description: True when a value matches at least one pattern of an index.
# scope: rule
matches(index, value) if count(hits(index, value)) > 0

_candidates(index, value) := patterns if {
	is_string(value)
	size := count(value)
	named := {value | index.names[value]}
	by_head := {pattern |
		some length, patterns_of in index.heads
		some pattern in patterns_of[substring(value, 0, to_number(length))]
	}
	by_tail := {pattern |
		some length, patterns_of in index.tails
		start := size - to_number(length)
		start >= 0
		some pattern in patterns_of[substring(value, start, -1)]
	}
	others := {pattern | some pattern in index.others}
	patterns := (named | by_head) | (by_tail | others)
} else := set()

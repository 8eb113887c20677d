package cellwright_patterns_test

import data.cellwright

# What constructs/policy/pattern-index.ts makes of the patterns in it.
_index := {
	"names": {"read": true, "web_fetch": true},
	"heads": {"4": {"web_": ["web_*"]}, "3": {"web": ["web*search"], "mem": ["mem*"]}},
	"tails": {"6": {"_fetch": ["*_fetch"]}},
	"others": ["*b*"],
}

test_every_pattern_that_matches_is_found_by_its_own_way if {
	cellwright.hits(_index, "read") == {"read"}
	cellwright.hits(_index, "web_fetch") == {"web_fetch", "web_*", "*_fetch", "*b*"}
	cellwright.hits(_index, "web_search") == {"web_*", "web*search", "*b*"}
	cellwright.hits(_index, "mem") == {"mem*"}
}

test_the_text_at_both_ends_must_fit if {
	cellwright.hits({"heads": {"2": {"ab": ["ab*ba"]}}}, "aba") == set()
	cellwright.hits({"heads": {"2": {"ab": ["ab*ba"]}}}, "abba") == {"ab*ba"}
}

test_a_value_that_is_shorter_than_a_text_does_not_match if {
	cellwright.hits(_index, "me") == set()
	cellwright.hits(_index, "") == set()
}

test_upper_case_and_look_alikes_do_not_match if {
	cellwright.hits(_index, "Read") == set()
	cellwright.hits(_index, "r\u0435ad") == set()
}

test_what_is_no_text_matches_nothing if {
	cellwright.hits({"others": ["*"]}, ["read"]) == set()
	cellwright.hits({"others": ["*"]}, null) == set()
	not cellwright.matches({"others": ["*"]}, 5)
}

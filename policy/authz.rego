# METADATA
# description: |
#   Who may ask this OPA what. The guard's token opens the decision and its revision and nothing else; health and metrics
#   are open, since the kubelet and the scraper have no token. Everything else, the policy and data APIs included, is
#   refused.
package system.authz

# METADATA
# description: True when the request may pass.
# scope: rule
default allow := false

allow if {
	input.method == "POST"
	input.path in [["v1", "data", "cellwright", rule] | some rule in ["audit", "decision", "outcome", "revision"]]
	count(data.cellwright_runtime.token) >= 32
	input.identity == data.cellwright_runtime.token
}

allow if {
	input.method == "GET"
	input.path in [["health"], ["metrics"]]
}

/** Ways out that a tenant's admin might write into a spec: no wall refuses to store them, and the runner opens none. */

/** Some that are alike. */
export interface EgressAttack {
  /** Stands in the name of the test and in docs/security.md. */
  readonly id: string;
  readonly cidrs: readonly string[];
}

/** An API server at a public address, which a profile has to name (`network.denyCIDRs`): it looks like any other. */
export const publicApiServer = '198.51.100.20/32';

/** Each of them, with a block that is wide enough to hold it. */
export const egressAttacks: readonly EgressAttack[] = [
  { id: 'egress-api', cidrs: ['10.0.0.1/32', publicApiServer, '198.51.100.0/24', '0.0.0.0/0'] },
  { id: 'egress-metadata', cidrs: ['169.254.169.254/32', 'fd00:ec2::254/128', '::/0'] },
];

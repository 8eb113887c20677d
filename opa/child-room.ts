/** How much memory a child may take. */

/** Two marks, in MiB. */
export interface ChildRoom {
  /** Above it Go collects as hard as it can: a hostile module gets slow before it gets large, and the time ends it. */
  readonly collectAt: number;
  /** Resident, at which it is killed. */
  readonly most: number;
}

/** On the machine of a person who runs a command: a 2.4 MB module was measured to take 457 MB. */
export const commandRoom: ChildRoom = { collectAt: 512, most: 1024 };

/**
 * The runner's container, in MiB: what it may take in all (`memoryLimit` of constructs/platform/settings.ts), of that the runner
 * itself with the largest fleet that was measured, and what a child may grow by before somebody looks. It was measured to grow by
 * 1.2 in a millisecond, and a runner that is busy does not look for up to 100.
 */
export const runnerContainer = { limit: 1024, runner: 550, unseen: 128 } as const;

/**
 * For a verdict on a bundle's Rego: what the container has left for one child. The largest trees of 256 KB that opa accepts were
 * measured to take 242 MiB.
 */
export const verdictRoom: ChildRoom = {
  collectAt: 200,
  most: runnerContainer.limit - runnerContainer.runner - runnerContainer.unseen,
};

/**
 * Makes policy/capabilities.json: the built-ins that free Rego of bundles may use, from what the real opa has.
 * Left out are those that are not a function of their arguments (network, runtime, randomness; only the time stays), the
 * parser, what opa calls deprecated, and the signing of cloud requests.
 * Usage: node scripts/opa-capabilities.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { findOpa } from '../opa/find-opa.ts';

interface BuiltIn {
  readonly name: string;
  readonly nondeterministic?: boolean;
  readonly deprecated?: boolean;
}

const refused = new Set(['rego.parse_module', 'providers.aws.sign_req', 'internal.test_case']);
const target = path.join(import.meta.dirname, '..', 'policy', 'capabilities.json');

const opa = await findOpa({ environment: process.env, progress: (line) => process.stderr.write(`${line}\n`) });
const all = JSON.parse(execFileSync(opa, ['capabilities', '--current'], { encoding: 'utf8' })) as {
  readonly builtins: readonly BuiltIn[];
  readonly future_keywords: readonly string[];
  readonly features: readonly string[];
};
const builtins = all.builtins.filter(isTaken).map((builtIn) => withoutWords(builtIn));
const { future_keywords, features } = all;
writeFileSync(target, `${JSON.stringify({ builtins, future_keywords, features, allow_net: [] })}\n`);
process.stdout.write(
  `${path.relative(process.cwd(), target)}: ${builtins.length} of ${all.builtins.length} built-ins\n`,
);

function isTaken({ name, nondeterministic, deprecated }: BuiltIn): boolean {
  return (nondeterministic !== true || name === 'time.now_ns') && deprecated !== true && !refused.has(name);
}

/** What only people read is dropped: the file is part of the ConfigMap of every cell that runs free Rego. */
function withoutWords(value: unknown, isBuiltIn = true): unknown {
  if (Array.isArray(value)) {
    return value.map((part) => withoutWords(part, false));
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const dropped = isBuiltIn ? ['description', 'categories'] : ['description', 'name'];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !dropped.includes(key))
      .map(([key, part]) => [key, withoutWords(part, false)]),
  );
}

/** The verdict of the real opa on one bundle's Rego: one function for the command, the runner and admission. */
import type { Problem } from '../../constructs/api/problem.ts';
import { bundleFile, bundleModule } from '../../constructs/policy/free-rego.ts';
import { readRules, regoProblems } from '../../constructs/policy/rego-problems.ts';
import { judgeModule } from '../../opa/judge-module.ts';
import type { ModuleVerdict } from '../../opa/judge-module.ts';
import type { VerdictCache } from '../../opa/verdict-cache.ts';

/** A bundle with Rego, and what judges it. */
export interface BundleRego {
  /** Name of the bundle. */
  readonly name: string;
  readonly rego: string;
  /** The program, as `findOpa` returns it. */
  readonly opa: string;
  /** Built-ins that may be used. */
  readonly capabilities: string;
  /** @default - judged each time */
  readonly cache?: VerdictCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is wrong with it. */
export interface BundleRegoVerdict {
  /** What opa refuses, or else what a bundle may not do in Rego that is sound by itself. */
  readonly problems: readonly Problem[];
  /** A bound was reached; with more time for opa the verdict may be another one. */
  readonly reachedBound: boolean;
}

/**
 * Judges by `opa check`, by what the Rego reads, and by whether its rules come to an end.
 * @throws OpaError when opa itself fails, see `runBounded`
 */
export async function judgeBundleRego({ name, rego, ...options }: BundleRego): Promise<BundleRegoVerdict> {
  const module = bundleModule(name, rego);
  const report = await judgeModule({ ...options, file: bundleFile(name), module, rules: readRules(name) });
  return { problems: regoProblems(name, report), reachedBound: reachesBound(report) };
}

function reachesBound(report: ModuleVerdict): boolean {
  return 'findings' in report ? report.findings.some(({ code }) => code === 'opa_limit') : report.slow.length > 0;
}

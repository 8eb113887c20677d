import { globSync } from 'node:fs';
import path from 'node:path';
import { checkUsage } from './runner-usage.ts';

/**
 * Jest reporter that ends a run with the plain line `N passed, N failed`, for tools that do not read jest's summary. Two checks
 * that only the whole run can make are counted in it: what the runner did in all tests (scripts/runner-usage.ts).
 */
export default class CountReporter {
  /** @type {Error | undefined} */
  #error;
  #root;
  #isByName;

  /** @param {import('@jest/reporters').Config.GlobalConfig} config */
  constructor({ rootDir, testNamePattern }) {
    this.#root = rootDir;
    this.#isByName = testNamePattern !== undefined && testNamePattern !== '';
  }

  /** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const usage = this.#checkUsage(results);
    const wrong = usage.checks.filter(({ faults }) => faults.length > 0);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + wrong.length;
    const passed = results.numPassedTests + usage.checks.length - wrong.length;
    const skipped = results.numPendingTests + results.numTodoTests + usage.skipped.length;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    for (const line of usage.skipped) process.stdout.write(`skipped: ${line}\n`);
    for (const { title, faults } of wrong) process.stdout.write(`failed: ${title}\n  ${faults.join('\n  ')}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`);
    if (wrong.length > 0) this.#error = new Error(wrong.map(({ title }) => title).join('; '));
  }

  /** Jest ends with 1 when there is one. */
  getLastError() {
    return this.#error;
  }

  /** @param {import('@jest/reporters').AggregatedResult} results */
  #checkUsage({ testResults }) {
    const folder = process.env['CELLWRIGHT_USAGE_FOLDER'];
    if (folder === undefined) return { checks: [], skipped: [] };
    const ran = testResults.map(({ testFilePath }) => path.relative(this.#root, testFilePath));
    const all = globSync('test/{api,fault}/**/*.test.ts', { cwd: this.#root });
    return checkUsage({ folder, ran, all, isByName: this.#isByName });
  }
}

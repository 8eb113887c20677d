/** Test layers, one jest project each; `npm test -- --selectProjects unit` runs one of them. */
import { availableParallelism } from 'node:os';

/**
 * What takes minutes the first time (building programs, installing OpenClaw) is done before a layer's tests, so that no
 * test pays for it with its time.
 * @type {(layer: string, timeoutSeconds: number, prepare?: string) => import('jest').Config}
 */
const layer = (name, timeoutSeconds, prepare) => ({
  ...(prepare === undefined ? {} : { globalSetup: `<rootDir>/test/prepare/${prepare}.ts` }),
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  // jest takes testTimeout for a whole run only; the setup file sets it for one layer.
  globals: { timeoutSeconds },
  setupFilesAfterEnv: ['<rootDir>/test/time-budget.js'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/test/cell/openclaw/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
});

// A soak does the same more often.
const faultSeconds = process.env['FAULT_SOAK'] === undefined ? 900 : 14_400;

/** @type {import('jest').Config} */
export default {
  projects: [
    layer('unit', 15),
    layer('rego', 60, 'rego'),
    layer('api', 180, 'api'),
    layer('fault', faultSeconds, 'api'),
    layer('cell', 300, 'cell'),
    layer('package', 300, 'package'),
  ],
  // Most tests wait more than they compute: one worker on two cores, jest's own choice, leaves half of them idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  reporters: ['default', '<rootDir>/scripts/count-reporter.js'],
};

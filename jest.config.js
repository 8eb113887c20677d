/** Test layers, one jest project each; `npm test -- --selectProjects unit` runs one of them. */

/** @type {(layer: string, timeoutSeconds: number) => import('jest').Config} */
const layer = (name, timeoutSeconds) => ({
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

/** @type {import('jest').Config} */
export default {
  projects: [layer('unit', 15), layer('rego', 60), layer('api', 180), layer('cell', 300), layer('package', 300)],
  reporters: ['default', '<rootDir>/scripts/count-reporter.js'],
};

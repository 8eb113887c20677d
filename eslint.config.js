import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The rooms in import order (docs/contributing.md): a room may import the rooms named for it, and nothing else of ours.
 * @type {Record<string, string[]>}
 */
const rooms = {
  imports: [],
  constructs: ['imports'],
  files: ['constructs'],
  opa: [],
  playground: [],
  runner: ['files', 'opa', 'constructs', 'imports'],
  cli: ['files', 'opa', 'playground', 'runner', 'constructs', 'imports'],
};
const everyRoom = [...Object.keys(rooms), 'test', 'bench', 'scripts', 'guard'];

const roomZones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./${room}`,
  from: everyRoom.filter((other) => other !== room && !allowed.includes(other)).map((other) => `./${other}`),
  message:
    `${room}/ may import ${allowed.length > 0 ? allowed.map((name) => `${name}/`).join(', ') : 'no other room'}. ` +
    'Move what both need down into the lower room, or pass it in as an argument.',
}));

export default tseslint.config(
  { ignores: ['node_modules', 'build', 'dist', 'imports', 'test/cell/openclaw', '**/*.gen.ts', 'coverage'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })],
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      complexity: ['error', 12],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="localeCompare"]',
          message: 'The order depends on the locale. Compare by code unit (constructs/synth/order.ts).',
        },
      ],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: roomZones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['constructs/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'constructs/ is pure: take it as an argument.' },
        { name: 'Date', message: 'constructs/ has no clock: take the time as an argument.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'constructs/ is deterministic.' },
      ],
    },
  },
  {
    // Resolving one optional source over another is a list of `?.` and `??`, each of which the rule counts as a branch.
    files: ['constructs/cell/settings/cell-settings.ts'],
    rules: { complexity: 'off' },
  },
  {
    files: ['**/*.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 130, skipComments: true, skipBlankLines: true }] },
  },
);

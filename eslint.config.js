import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

/** Forbids imports into `folder` that match `regex`, and says why. */
const arrow = (folder, regex, message) => ({
  files: [`${folder}/**`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] },
});

const ADAPTERS = ['claude', 'telegram', 'store', 'workspace', 'watch', 'control', 'service'];

export default defineConfig(
  {
    ignores: [
      'eslint.config.js',
      'node_modules/**',
      'coverage/**',
      'dist/**',
      'bin/**',
      'src/sandbox/page/**',
      'src/watch/page/**',
    ],
  },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A default that says what becomes of the rest is as good as naming it.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `void promise` is how we say that nobody waits; a callback that returns a promise to nobody is a bug.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      'preserve-caught-error': 'error',
      'no-console': 'error',
    },
  },
  { files: ['src/main.ts', 'src/cli/**', 'bench/**'], rules: { 'no-console': 'off' } },
  arrow(
    'machines',
    '^(?!xstate$|\\./)',
    'machines/ is pure: import only xstate and other machines. I/O arrives through machine.provide().',
  ),
  ...ADAPTERS.map((adapter) =>
    arrow(
      `src/${adapter}`,
      `/(${['daemon', 'cli', 'sandbox', 'main', ...ADAPTERS.filter((other) => other !== adapter)].join('|')})(/|\\.ts$)`,
      `src/${adapter}/ is an adapter: it may import machines/ and shared helpers, and is told the rest by src/daemon/.`,
    ),
  ),
  arrow(
    'src/metrics',
    '/(cli|sandbox|main)(/|\\.ts$)',
    'src/metrics/ watches what the daemon is made of, and is started by src/cli/, not the reverse.',
  ),
  arrow(
    'src/daemon',
    '/(cli|metrics|sandbox|main)(/|\\.ts$)',
    'src/daemon/ is started by src/cli/, not the reverse.',
  ),
);

import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const banned = (selector, message) => ({ selector, message });
const ambient = ['process', 'setTimeout', 'setInterval', 'setImmediate', 'fetch'];

export default defineConfig(
  globalIgnores(['dist/**', 'coverage/**', '**/*.{js,mjs,cjs,mts}']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: process.cwd() } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      complexity: ['error', 10],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // The pure domain: no clock, no chance, no binary floats.
    files: ['libs/{units,meter,session,tariff,audit}/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', ...ambient, 'parseFloat', 'parseInt', 'Number'],
      'no-restricted-syntax': [
        'error',
        banned("NewExpression[callee.name='Date'][arguments.length=0]", 'Take the instant as an argument.'),
        banned("MemberExpression[object.name='Date'][property.name='now']", 'Take the instant as an argument.'),
        banned("MemberExpression[object.name='Math'][property.name='random']", 'Take the id as an argument.'),
        banned("MemberExpression[property.name='toNumber']", 'Quantities stay exact.'),
      ],
    },
  },
  {
    files: ['libs/{ports,usecases}/**/*.ts'],
    ignores: ['**/*.{spec,contract}.ts'],
    rules: { 'no-restricted-globals': ['error', ...ambient, 'Date', 'crypto'] },
  },
  { files: ['libs/adapters/embedded/**'], rules: { '@typescript-eslint/require-await': 'off' } },
  {
    files: ['apps/**', 'libs/platform/**'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['**/*.{spec,contract}.ts', 'test/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
);

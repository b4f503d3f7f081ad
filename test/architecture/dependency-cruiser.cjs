/** The table of who may import whom (libs/README.md). Every rule has a planted violation in planted-violations.spec.ts. */
const TESTS = '\\.(spec|contract)\\.ts$';
const NODE_CRYPTO = '^(node:)?crypto$';
/** Read once, in local-time.ts, for the version of the time-zone data: a constant of the runtime, as that data is. */
const NODE_PROCESS = '^(node:)?process$';

const pureLib = (name, allowed) => ({
  name: `${name}-stays-pure`,
  comment: `libs/${name} imports only what the table allows.`,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: TESTS },
  to: { pathNot: [`^libs/${name}/`, ...allowed] },
});

const vendorHome = (vendor, homes) => ({
  name: `${vendor.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}-has-one-home`,
  severity: 'error',
  from: { pathNot: [...homes, TESTS, '^test/'] },
  to: { path: `node_modules/${vendor}` },
});

module.exports = {
  forbidden: [
    pureLib('units', [
      'node_modules/decimal.js',
      'node_modules/temporal-polyfill',
      'node_modules/temporal-spec',
      NODE_CRYPTO,
      NODE_PROCESS,
    ]),
    pureLib('meter', ['^libs/units/']),
    pureLib('session', ['^libs/units/', '^libs/meter/']),
    pureLib('tariff', ['^libs/units/']),
    pureLib('audit', ['^libs/units/', NODE_CRYPTO]),
    pureLib('ports', ['^libs/(units|meter|session|tariff|audit)/']),
    pureLib('usecases', ['^libs/(units|meter|session|tariff|audit|ports)/']),
    {
      name: 'adapters-stand-alone',
      severity: 'error',
      from: { path: '^libs/adapters/([^/]+)/', pathNot: TESTS },
      to: { path: '^(libs/(usecases|platform)/|libs/adapters/(?!$1/)|apps/|test/)' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Only standalone, which runs all apps in one process, may enter another app.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ['^apps/standalone/', TESTS] },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'libs-do-not-know-apps',
      comment: 'Specs of adapters may run against the servers of test/support.',
      severity: 'error',
      from: { path: '^libs/', pathNot: TESTS },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'enter-by-the-index',
      severity: 'error',
      from: { path: '^(apps/[^/]+|libs/(?:adapters/)?[^/]+)/', pathNot: TESTS },
      to: { path: '^libs/(?:adapters/)?[^/]+/src/(?!index\\.ts$)', pathNot: '^$1/' },
    },
    vendorHome('decimal\\.js', ['^libs/units/']),
    vendorHome('temporal-polyfill', ['^libs/units/']),
    vendorHome('kafkajs', ['^libs/adapters/kafka/']),
    vendorHome('@eventstore', ['^libs/adapters/eventstoredb/']),
    vendorHome('pg/', ['^libs/adapters/postgres/']),
    vendorHome('kysely', ['^libs/adapters/postgres/']),
    vendorHome('@nestjs', ['^apps/', '^libs/platform/']),
    vendorHome('class-validator', ['^apps/', '^libs/platform/']),
    vendorHome('commander', ['^apps/ledgerctl/']),
    vendorHome('cli-progress', ['^apps/ledgerctl/']),
    {
      name: 'ledgerctl-starts-light',
      comment: 'What opens engines lies in local/ and is loaded by the command that needs it, when it runs.',
      severity: 'error',
      from: { path: '^apps/ledgerctl/src/(?!local/)', pathNot: TESTS },
      to: {
        path: ['^libs/(platform|usecases|adapters)/', '^apps/ledgerctl/src/local/'],
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'sqlite-has-one-home',
      severity: 'error',
      from: { pathNot: ['^libs/adapters/embedded/', TESTS, '^test/'] },
      to: { path: '^(node:)?sqlite$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['/main\\.ts$', '\\.d\\.ts$', '\\.(mjs|cjs|js)$', TESTS, '^test/'] },
      to: {},
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], pathNot: ['node_modules/@types/', 'node_modules/temporal-spec'] },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test/data|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'require', 'node', 'import', 'default'],
    },
  },
};

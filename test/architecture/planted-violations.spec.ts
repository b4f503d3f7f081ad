import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..');

/** A rule, and the smallest tree that breaks it: file name to content. */
interface Planted {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

const INDEX = {
  'libs/units/src/index.ts': 'export const unit = 1;\n',
  'libs/session/src/index.ts': "export { unit } from '@ledger/units';\n",
};
const use = (name: string, from: string): string =>
  `import { ${name} } from '${from}';\nexport const used = ${name};\n`;

const PLANTED: readonly Planted[] = [
  { rule: 'units-stays-pure', files: { 'libs/units/src/index.ts': use('readFileSync', 'node:fs') } },
  { rule: 'meter-stays-pure', files: { ...INDEX, 'libs/meter/src/index.ts': use('unit', '@ledger/session') } },
  {
    rule: 'session-stays-pure',
    files: {
      ...INDEX,
      'libs/tariff/src/index.ts': 'export const unit = 1;\n',
      'libs/session/src/index.ts': use('unit', '@ledger/tariff'),
    },
  },
  { rule: 'tariff-stays-pure', files: { ...INDEX, 'libs/tariff/src/index.ts': use('unit', '@ledger/session') } },
  { rule: 'audit-stays-pure', files: { ...INDEX, 'libs/audit/src/index.ts': use('unit', '@ledger/session') } },
  {
    rule: 'ports-stays-pure',
    files: {
      'libs/usecases/src/index.ts': 'export const unit = 1;\n',
      'libs/ports/src/index.ts': use('unit', '@ledger/usecases'),
    },
  },
  {
    rule: 'usecases-stays-pure',
    files: {
      'libs/adapters/embedded/src/index.ts': 'export const unit = 1;\n',
      'libs/usecases/src/index.ts': use('unit', '@ledger/adapters/embedded'),
    },
  },
  { rule: 'usecases-stays-pure', files: { 'libs/usecases/src/index.ts': use('Injectable', '@nestjs/common') } },
  {
    rule: 'adapters-stand-alone',
    files: {
      'libs/adapters/kafka/src/index.ts': 'export const unit = 1;\n',
      'libs/adapters/embedded/src/index.ts': use('unit', '@ledger/adapters/kafka'),
    },
  },
  {
    rule: 'apps-stand-alone',
    files: {
      'apps/billing/src/index.ts': 'export const unit = 1;\n',
      'apps/ledger/src/main.ts': use('unit', '../../billing/src'),
    },
  },
  {
    rule: 'libs-do-not-know-apps',
    files: {
      'apps/billing/src/index.ts': 'export const unit = 1;\n',
      'libs/platform/src/index.ts': use('unit', '../../../apps/billing/src'),
    },
  },
  {
    rule: 'enter-by-the-index',
    files: {
      ...INDEX,
      'libs/units/src/inner.ts': 'export const unit = 2;\n',
      'libs/session/src/index.ts': use('unit', '../../units/src/inner'),
    },
  },
  {
    rule: 'decimal-js-has-one-home',
    files: { 'libs/tariff/src/index.ts': "import Decimal from 'decimal.js';\nexport const used = Decimal;\n" },
  },
  { rule: 'kafkajs-has-one-home', files: { 'libs/platform/src/index.ts': use('Kafka', 'kafkajs') } },
  { rule: 'eventstore-has-one-home', files: { 'apps/ledger/src/main.ts': use('jsonEvent', '@eventstore/db-client') } },
  { rule: 'pg-has-one-home', files: { 'apps/billing/src/main.ts': use('Pool', 'pg') } },
  {
    rule: 'nestjs-has-one-home',
    files: { 'libs/adapters/embedded/src/index.ts': use('Injectable', '@nestjs/common') },
  },
  { rule: 'class-validator-has-one-home', files: { 'libs/meter/src/index.ts': use('IsString', 'class-validator') } },
  { rule: 'commander-has-one-home', files: { 'apps/ledger/src/main.ts': use('Command', 'commander') } },
  {
    rule: 'ledgerctl-starts-light',
    files: {
      'libs/usecases/src/index.ts': 'export const unit = 1;\n',
      'apps/ledgerctl/src/verify.ts': use('unit', '@ledger/usecases'),
    },
  },
  {
    rule: 'ledgerctl-starts-light',
    files: {
      'apps/ledgerctl/src/local/verify-store.ts': 'export const unit = 1;\n',
      'apps/ledgerctl/src/verify.ts': use('unit', './local/verify-store'),
    },
  },
  { rule: 'sqlite-has-one-home', files: { 'libs/adapters/postgres/src/index.ts': use('DatabaseSync', 'node:sqlite') } },
  {
    rule: 'no-cycles',
    files: {
      'libs/units/src/index.ts': use('used as two', './two'),
      'libs/units/src/two.ts': use('used as one', './index'),
    },
  },
  { rule: 'no-orphans', files: { 'libs/units/src/alone.ts': 'export const alone = 1;\n' } },
  {
    rule: 'no-development-packages-in-the-product',
    files: { 'libs/units/src/index.ts': "import fc from 'fast-check';\nexport const used = fc;\n" },
  },
  { rule: 'everything-resolves', files: { 'libs/units/src/index.ts': use('x', './not-there') } },
];

describe('the rules of who may import whom', () => {
  it.each(PLANTED.map((planted) => [planted.rule, planted] as const))('%s bites', (rule, planted) => {
    expect(brokenRules(planted.files)).toContain(rule);
  });

  it('let a tree through that keeps them', () => {
    const main = "import { unit } from '@ledger/session';\nexport const used = unit;\n";
    const late = "export const late = async (): Promise<unknown> => import('./local/verify-store.js');\n";
    const local = { 'apps/ledgerctl/src/local/verify-store.ts': main, 'apps/ledgerctl/src/main.ts': late };
    expect(brokenRules({ ...INDEX, 'apps/ledger/src/main.ts': main, ...local })).toEqual([]);
  });
});

function brokenRules(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const name of ['package.json', 'tsconfig.json']) symlinkSync(join(ROOT, name), join(folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [name, content] of Object.entries({ 'apps/main.ts': 'export {};\n', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return rulesIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Cruise {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string } }[] };
}

function rulesIn(folder: string): readonly string[] {
  const cruiser = realpathSync(join(ROOT, 'node_modules', '.bin', 'depcruise'));
  const config = join(ROOT, 'test', 'architecture', 'dependency-cruiser.cjs');
  const parts = ['apps', 'libs'];
  mkdirSync(join(folder, 'libs'), { recursive: true });
  const cruise = [cruiser, '-c', config, '--output-type', 'json', ...parts];
  const output = runEvenIfItFails(process.execPath, cruise, folder);
  return (JSON.parse(output) as Cruise).summary.violations.map(({ rule }) => rule.name);
}

/** The cruiser exits with the number of violations; its report is on standard output all the same. */
function runEvenIfItFails(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

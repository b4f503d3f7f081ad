import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The root of the repository. */
export const ROOT = join(__dirname, '..', '..');

/** How long a build by another test may take before this one gives up, in ms. */
const BUILD_WAIT_MS_MAX = 600_000;

const SOURCES = [
  'apps/**/*.ts',
  'libs/**/*.ts',
  'test/sim/**/*.ts',
  'test/support/*.ts',
  'apps/tsconfig.build.json',
  'nest-cli.json',
  'package-lock.json',
];

/**
 * The folder of the compiled product, built anew when a source is younger. `LEDGER_TEST_DIST` names one that was built
 * elsewhere and is taken as it is. Tests that run side by side build once: the first one holds a lock.
 */
export function builtProduct(): string {
  const given = process.env['LEDGER_TEST_DIST'];
  if (given !== undefined) return given;
  const folder = join(ROOT, 'node_modules', '.cache');
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, 'build.lock'), { timeout: BUILD_WAIT_MS_MAX });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    if (isOutdated()) build();
  } finally {
    lock.close();
  }
  return join(ROOT, 'dist');
}

function isOutdated(): boolean {
  const mains = ['standalone', 'ledgerctl'].map((app) => join(ROOT, 'dist', 'apps', app, 'src', 'main.js'));
  if (!mains.every((main) => existsSync(main))) return true;
  const builtAt = Math.min(...mains.map((main) => statSync(main).mtimeMs));
  const sources = globSync(SOURCES, { cwd: ROOT, exclude: ['**/*.spec.ts', '**/*.contract.ts', 'apps/console/**'] });
  return sources.some((source) => statSync(join(ROOT, source)).mtimeMs > builtAt);
}

function build(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm run build failed: ${stdout}${stderr}`);
}

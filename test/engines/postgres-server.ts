import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@ledger/ports/trial.contract';
import { sql } from './postgres-database';

const run = promisify(execFile);
const SCRIPT = join(__dirname, 'postgres.sh');

/** A PostgreSQL server of a test's own, to be killed, frozen and started again. */
export interface PostgresServer {
  readonly url: string;
  /** Kills the whole server at once, as a power cut would, and starts it again on the same data. */
  crash(): Promise<void>;
  /** Starts it again when it ended by itself. */
  restart(): Promise<void>;
  /** Freezes the server and everything it runs, or lets it go on. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** The processes that serve the connections of this application name. */
  backends(applicationName: string): Promise<readonly number[]>;
  /** Turns TLS on, with a certificate for 127.0.0.1 that is its own authority, and returns the certificate's path. */
  offerTls(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server in a folder of its own, below another one. Fails when PostgreSQL is not installed. */
export async function startServer(below = tmpdir()): Promise<PostgresServer> {
  const parent = mkdtempSync(join(below, 'ledger-pg-'));
  // The server may run as another user, who must be able to reach its folder.
  await run('chmod', ['711', parent]);
  const folder = join(parent, 'server');
  const start = async (): Promise<string> => {
    const { stdout } = await run(SCRIPT, ['start', folder], { env: { ...process.env, LEDGER_POSTGRES_PORT: '25532' } });
    return stdout.trim().replace(/^DATABASE_URL=/, '');
  };
  const url = await start();
  // The postmaster comes first and starts nothing while it stands still, so that no child of it is missed.
  const signalAll = async (signal: NodeJS.Signals): Promise<readonly number[]> => {
    const [postmaster = ''] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
    signalIfAlive(+postmaster, 'SIGSTOP');
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', postmaster]);
    const pids = [postmaster, ...stdout.split('\n').filter((line) => line.trim() !== '')].map((pid) => +pid);
    for (const pid of pids) signalIfAlive(pid, signal);
    return pids;
  };
  return {
    url,
    async crash() {
      const pids = await signalAll('SIGKILL');
      await until('the server is dead', async () => (await Promise.all(pids.map(isDead))).every(Boolean));
      rmSync(join(folder, 'data', 'postmaster.pid'), { force: true });
      await start();
    },
    async restart() {
      await start();
    },
    async freeze() {
      await signalAll('SIGSTOP');
    },
    async thaw() {
      await signalAll('SIGCONT');
    },
    async backends(applicationName) {
      const { rows } = await sql(url, 'SELECT pid FROM pg_stat_activity WHERE application_name = $1', [
        applicationName,
      ]);
      return rows.map(({ pid }) => +(pid ?? NaN));
    },
    async offerTls() {
      const [data, certificate] = [join(folder, 'data'), join(parent, 'server.crt')];
      const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', join(data, 'server.key'), '-out', join(data, 'server.crt')];
      await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files]);
      await run('chown', [`--reference=${data}`, join(data, 'server.key'), join(data, 'server.crt')]);
      await run('cp', [join(data, 'server.crt'), certificate]);
      await sql(url, 'ALTER SYSTEM SET ssl = on');
      await sql(url, 'SELECT pg_reload_conf()');
      return certificate;
    },
    async stop() {
      await run(SCRIPT, ['stop', folder]);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** A process that ended counts as dead also while nobody took notice of it. */
export async function isDead(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', `${pid}`]).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' || stdout.startsWith('Z');
}

/** Sends a signal, unless the process ended by itself meanwhile: a child of PostgreSQL does so when its parent dies. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

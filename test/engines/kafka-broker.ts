import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '@ledger/ports/trial.contract';
import { isDead } from './postgres-server';

const run = promisify(execFile);

/** The folder with start.sh and stop.sh for a throw-away broker (see run.sh); without it no test can kill one. */
const TOOLS = process.env['KAFKA_TOOLS'];
export const HAS_BROKER_TOOLS = TOOLS !== undefined && TOOLS !== '';

/** Kafka of a test's own, to be killed, frozen and started again. */
export interface KafkaBroker {
  readonly address: string;
  /** Kills it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the files that it left. */
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Starts a broker on free ports, in a folder of its own. */
export async function startBroker(): Promise<KafkaBroker> {
  const parent = mkdtempSync(join(tmpdir(), 'ledger-kafka-'));
  const folder = join(parent, 'broker');
  const place = ['--port', `${await freePort()}`, '--dir', folder];
  const start = async (...more: readonly string[]): Promise<string> => {
    const { stdout } = await run(join(TOOLS ?? '', 'start.sh'), [...place, ...more]);
    return stdout.trim().replace(/^KAFKA_BROKERS=/, '');
  };
  const signal = (name: NodeJS.Signals): number => {
    const pid = Number(readFileSync(join(folder, 'kafka.pid'), 'utf8'));
    process.kill(pid, name);
    return pid;
  };
  return {
    address: await start(),
    async kill() {
      const pid = signal('SIGKILL');
      await until('the broker is dead', () => isDead(pid));
      rmSync(join(folder, 'kafka.pid'));
    },
    async restart() {
      await start('--keep');
    },
    freeze() {
      signal('SIGSTOP');
    },
    thaw() {
      signal('SIGCONT');
    },
    async stop() {
      await run(join(TOOLS ?? '', 'stop.sh'), [...place, '--purge']);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** A port that is free together with the next one, which the broker takes for its controller. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = await listenOnce(0);
    if ((await listenOnce(port + 1)) === port + 1) return port;
  }
}

/** The port that a server could listen on for a moment; 0 when it is taken. */
function listenOnce(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}

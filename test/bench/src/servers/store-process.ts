import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ServiceFailed } from '../service-process';

const MAIN = join(__dirname, '..', '..', '..', 'support', 'eventstoredb-server', 'main.js');

/** A store that speaks the protocol of EventStoreDB, in a process of its own. */
export interface StoreProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the server of the tests, which keeps its events in a file. @throws ServiceFailed */
export async function startStore(file: string): Promise<StoreProcess> {
  const child = spawn(process.execPath, [MAIN, '--file', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const line = await Promise.race([first.then(([text]) => text), ended.then(() => undefined)]);
  if (line === undefined) throw new ServiceFailed('the store did not start');
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

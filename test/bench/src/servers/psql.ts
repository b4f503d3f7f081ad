import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { ServiceFailed } from '../service-process';

/** Runs SQL by the command line client of PostgreSQL, which alone speaks COPY to files here. @throws ServiceFailed */
export async function psql(url: string, text: string): Promise<void> {
  const child = spawn(process.env['PSQL'] ?? 'psql', [url, '-qX', '-v', 'ON_ERROR_STOP=1', '-c', text], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new ServiceFailed(`psql: ${told.slice(0, 500)}`);
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { builtProduct } from '../support/built-product';
import { demo } from '../support/command';

jest.setTimeout(600_000);

describe('the options of the demo', () => {
  it('explains itself', async () => {
    const { code, out } = await demo(['--help']);
    expect(code).toBe(0);
    for (const option of ['--data-dir', '--shuffle', '--twice', '--serve', '--json']) expect(out).toContain(option);
  });

  it('refuses an option that it does not know with exit code 2', async () => {
    expect(await demo(['--fast'])).toMatchObject({ code: 2, out: '' });
  });

  it('serves the ledger after the report until it is interrupted, and leaves nothing running', async () => {
    const main = join(builtProduct(), 'apps', 'ledgerctl', 'src', 'demo.js');
    const child = spawn(process.execPath, [main, '--serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const report: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => report.push(line));
    const url = await new Promise<string>((found) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        const served = /the ledger serves (http:\S+)/.exec(line)?.[1];
        if (served !== undefined) found(served);
      });
    });
    expect((await fetch(new URL('/docs', url))).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(report.join('\n')).toContain('equal: everything was computed anew');
    await expect(fetch(new URL('/health/live', url))).rejects.toThrow();
  });
});

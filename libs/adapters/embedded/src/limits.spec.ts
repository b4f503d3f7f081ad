import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_LIMITS } from './limits';

describe('the limits of the embedded engines', () => {
  const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const rows = new Map(
    [...readme.matchAll(/^\| `(\w+)` *\| *([0-9,]+) *\|/gm)].map(([, name = '', size = '']) => [name, size]),
  );

  it('stand in the README, each with its value and no other', () => {
    const limits = Object.entries(EMBEDDED_LIMITS).map(([name, size]) => [name, size.toLocaleString('en')]);
    expect([...rows]).toEqual(limits);
  });
});

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collections after which what others left in this process is gone: some of it lives through several. */
const COLLECTIONS_MAX = 30;
const STEADY_COLLECTIONS = 4;
const STEADY_BYTES = 32 * 1024;

/** Collects all garbage now, as a test of what stays in memory needs it; Node offers it only to who asks for the flag. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Bytes of the heap that are in use, once several collections in a row free nothing more. */
export async function heapInUse(): Promise<number> {
  let before = Infinity;
  let steady = 0;
  for (let collection = 0; collection < COLLECTIONS_MAX && steady < STEADY_COLLECTIONS; collection += 1) {
    collectGarbage();
    await setImmediate();
    const { heapUsed } = process.memoryUsage();
    steady = before - heapUsed < STEADY_BYTES ? steady + 1 : 0;
    before = heapUsed;
  }
  return before;
}

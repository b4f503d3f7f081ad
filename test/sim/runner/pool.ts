import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Outcome } from './tally';
import type { Task } from './seeds';

/** Young generation of a worker in MiB: with the usual one a tenth of the time goes into collecting. */
const SEMI_SPACE_MB = 16;

/**
 * Works tasks off in so many processes; each takes the next one when it is done. Ends with the last outcome, or at once when
 * `isOver` is aborted. @throws an error when a process dies
 */
export async function workOff(
  tasks: readonly Task[],
  pool: { readonly processes: number; readonly isOver: AbortSignal; readonly onOutcome: (outcome: Outcome) => void },
): Promise<void> {
  const left = [...tasks];
  const children = Array.from({ length: Math.min(pool.processes, left.length) }, () =>
    fork(join(__dirname, 'worker.js'), {
      execArgv: ['--enable-source-maps', `--max-semi-space-size=${SEMI_SPACE_MB}`],
    }),
  );
  try {
    await Promise.all(children.map((child) => workWith(child, left, pool)));
  } finally {
    await Promise.all(children.map(ended));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

function workWith(
  child: ChildProcess,
  left: Task[],
  { isOver, onOutcome }: { readonly isOver: AbortSignal; readonly onOutcome: (outcome: Outcome) => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const task = isOver.aborted ? undefined : left.shift();
      if (task === undefined) resolve();
      else child.send(task);
    };
    isOver.addEventListener('abort', () => resolve());
    child.on('message', (outcome: Outcome) => {
      onOutcome(outcome);
      next();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (isOver.aborted) resolve();
      else reject(new Error(`a process of the simulation ended: ${signal ?? `exit code ${code}`}`));
    });
    next();
  });
}

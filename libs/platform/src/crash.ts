import type { CrashPoint } from '@ledger/ports';

/** A crash point that does nothing. */
export const neverCrash: CrashPoint = () => undefined;

/**
 * For crash tests: `<step>:<n>` ends this process by SIGKILL when it reaches the step for the n-th time, as a power cut
 * would. Absent: nothing ever happens.
 */
export function crashPointOf(setting: string | undefined): CrashPoint {
  if (setting === undefined) return neverCrash;
  const [step, times] = setting.split(':');
  let left = Number(times);
  return (reached) => {
    if (reached !== step) return;
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  };
}

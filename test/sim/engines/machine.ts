import type { Clock, Random } from '@ledger/ports';
import { instantOf } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Chance } from '../chance';
import type { Schedule } from '../schedule';
import type { Life } from '../wire';

/** The moment of a virtual time. */
export function momentOf(ms: number): Instant {
  const instant = instantOf(ms);
  if (instant === undefined) throw new RangeError('the virtual time ran out of years');
  return instant;
}

/** The clock of one process: virtual time, and how far it is off. */
export class SimClock implements Clock {
  constructor(
    private readonly schedule: Schedule,
    private readonly life: Life,
    public skewMs = 0,
  ) {}

  now(): Instant {
    return momentOf(this.schedule.now + this.skewMs);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve());
      this.schedule.after(ms, `${this.life.name} wakes`, () => {
        if (this.life.isAlive) resolve();
      });
    });
  }
}

/** Chance of the run, as processes ask for it. */
export class SimRandom implements Random {
  constructor(private readonly chance: Chance) {}

  uuid(): string {
    const bytes = this.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return Buffer.from(bytes)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.chance.bits() & 0xff);
  }
}

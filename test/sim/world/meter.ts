import type { Chance } from '../chance';

const MINUTE_MS = 60_000;
const NANO = 1_000_000_000n;

/** A register that only rises, in billionths of a Wh, and the time that it shows it. */
export class Meter {
  private nanoWh: bigint;

  /** `digits` behind the point are what the register shows. */
  constructor(
    private readonly chance: Chance,
    private readonly digits: number,
    private now: number,
  ) {
    this.nanoWh = BigInt(chance.below(9_000_000)) * NANO;
  }

  get at(): string {
    return new Date(this.now).toISOString();
  }

  get wh(): string {
    return whOf(this.nanoWh);
  }

  get nano(): bigint {
    return this.nanoWh;
  }

  pass(minutes: number, whMax: number): void {
    const unit = 10n ** BigInt(9 - this.digits);
    const rise = BigInt(this.chance.below(whMax)) * NANO + BigInt(this.chance.below(1_000_000_000));
    this.nanoWh += (rise / unit) * unit;
    this.now += minutes * MINUTE_MS;
  }
}

/** Billionths of a Wh as decimal text in Wh. */
export function whOf(nanoWh: bigint): string {
  const digits = nanoWh.toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Whole Wh that hold so many billionths. */
export function wholeWh(nanoWh: bigint): bigint {
  return (nanoWh + NANO - 1n) / NANO;
}

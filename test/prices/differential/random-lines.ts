import { randomOf } from '../../support/random-numbers';

/** Chance that follows from a seed. */
class Dice {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = randomOf(seed);
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  oneOf<One>(list: readonly [One, ...One[]]): One {
    return list[this.below(list.length)] ?? list[0];
  }

  isIn(chance: number): boolean {
    return this.next() < chance;
  }

  /** Something with a chance, as members of an object. */
  maybe<Members extends object>(chance: number, members: () => Members): Partial<Members> {
    return this.isIn(chance) ? members() : {};
  }

  /** Decimal text with so many decimals. */
  decimal(whole: number, decimals: number): string {
    const fraction = `${this.below(10 ** decimals)}`.padStart(decimals, '0');
    return decimals === 0 ? `${this.below(whole)}` : `${this.below(whole)}.${fraction}`;
  }
}

const MINUTE_MS = 60_000;
const ZONES = ['Europe/Amsterdam', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'] as const;
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
/** Days without and with a clock change, and the turn of a year. */
const BEGINNINGS = [
  '2026-06-01T06:00:00Z',
  '2026-03-28T20:00:00Z',
  '2026-10-24T20:00:00Z',
  '2026-12-31T18:00:00Z',
] as const;

/** A line of the pricing contract with a random tariff of OCPI 2.2.1 and a random session in charging periods. */
export function randomLine(seed: number): string {
  const dice = new Dice(seed);
  const line = {
    id: `line-${seed}`,
    ocpi_version: '2.2.1',
    tariff: tariff(dice),
    timezone: dice.oneOf(ZONES),
    session: session(dice),
  };
  return JSON.stringify(line).replace(/"#(-?[0-9.]+)"/g, '$1');
}

/** A JSON number, to the digit: the mark goes when the line is written. */
function number(text: string | number): string {
  return `#${text}`;
}

function tariff(dice: Dice): object {
  const elements = Array.from({ length: 1 + dice.below(4) }, (_, at) => element(dice, at));
  return {
    country_code: 'NL',
    party_id: 'LDG',
    id: 'T-1',
    currency: 'EUR',
    ...dice.maybe(0.2, () => ({ min_price: limit(dice, 5) })),
    ...dice.maybe(0.2, () => ({ max_price: limit(dice, 30) })),
    elements,
    last_updated: '2020-01-01T00:00:00Z',
  };
}

function limit(dice: Dice, whole: number): object {
  const excl = dice.decimal(whole, 2);
  return { excl_vat: number(excl), ...dice.maybe(0.7, () => ({ incl_vat: number(dice.decimal(whole + 3, 2)) })) };
}

function element(dice: Dice, at: number): object {
  const types = (['ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'] as const).filter(() => dice.isIn(0.55));
  const components = (types.length === 0 ? ['ENERGY'] : types).map((type) => ({
    type,
    price: number(dice.decimal(6, dice.oneOf([1, 2, 4]))),
    ...dice.maybe(0.7, () => ({ vat: number(dice.oneOf(['0', '6', '19', '21', '25.5'])) })),
    step_size: number(dice.oneOf([1, 1, 60, 300, 500, 900, 1_000])),
  }));
  const isFree = dice.isIn(at === 0 ? 0.3 : 0.5);
  return { price_components: components, ...(isFree ? {} : { restrictions: restrictions(dice) }) };
}

function restrictions(dice: Dice): object {
  return {
    ...dice.maybe(0.3, () => ({ start_time: time(dice) })),
    ...dice.maybe(0.3, () => ({ end_time: time(dice) })),
    ...dice.maybe(0.1, () => ({ start_date: dice.oneOf(['2026-01-01', '2026-06-01', '2026-10-25']) })),
    ...dice.maybe(0.1, () => ({ end_date: dice.oneOf(['2026-06-02', '2026-10-26', '2027-01-01']) })),
    ...dice.maybe(0.2, () => ({ min_kwh: number(dice.decimal(20, dice.below(3))) })),
    ...dice.maybe(0.3, () => ({ max_kwh: number(dice.decimal(40, dice.below(3))) })),
    ...dice.maybe(0.15, () => ({ min_power: number(dice.decimal(12, 1)) })),
    ...dice.maybe(0.15, () => ({ max_power: number(dice.decimal(60, 1)) })),
    ...dice.maybe(0.1, () => ({ min_current: number(dice.below(20)) })),
    ...dice.maybe(0.1, () => ({ max_current: number(10 + dice.below(60)) })),
    ...dice.maybe(0.2, () => ({ min_duration: number(dice.below(90) * 60) })),
    ...dice.maybe(0.2, () => ({ max_duration: number(600 + dice.below(200) * 60) })),
    ...dice.maybe(0.2, () => ({ day_of_week: DAYS.filter(() => dice.isIn(0.6)) })),
  };
}

function time(dice: Dice): string {
  return `${`${dice.below(24)}`.padStart(2, '0')}:${dice.oneOf(['00', '00', '30', '15'])}`;
}

function session(dice: Dice): object {
  let ms = Date.parse(dice.oneOf(BEGINNINGS)) + dice.below(12 * 60) * MINUTE_MS;
  const start = ms;
  const periods = Array.from({ length: 1 + dice.below(7) }, () => {
    const from = ms;
    ms += 1_000 * (1 + dice.below(5_400)) + (dice.isIn(0.1) ? dice.below(1_000) : 0);
    return { start_date_time: new Date(from).toISOString(), dimensions: dimensions(dice, ms - from) };
  });
  return {
    start_date_time: new Date(start).toISOString(),
    end_date_time: new Date(ms).toISOString(),
    charging_periods: dice.isIn(0.1) ? periods.toReversed() : periods,
    ...dice.maybe(0.05, () => ({ credit: true })),
  };
}

function dimensions(dice: Dice, lengthMs: number): readonly object[] {
  const isCharging = dice.isIn(0.75);
  const hours = hoursText(lengthMs, dice.oneOf([4, 10]));
  const power = dice.decimal(45, 1);
  return [
    ...(isCharging || dice.isIn(0.1)
      ? [volume('ENERGY', isCharging ? dice.decimal(30, dice.oneOf([1, 3, 4])) : '0')]
      : []),
    ...(isCharging ? [volume('TIME', hours)] : [volume('PARKING_TIME', hours)]),
    ...(dice.isIn(0.05) ? [volume(isCharging ? 'PARKING_TIME' : 'TIME', '0')] : []),
    ...(dice.isIn(0.4) ? [volume('MIN_POWER', power), volume('MAX_POWER', power)] : []),
    ...(dice.isIn(0.2) ? [volume('MAX_CURRENT', dice.decimal(64, 1))] : []),
    ...(dice.isIn(0.1) ? [volume('MIN_CURRENT', dice.decimal(10, 1))] : []),
  ];
}

function volume(type: string, text: string): object {
  return { type, volume: number(text) };
}

/** Hours at so many decimals: rounded at 4 as CDRs do, cut at 10 as the contract says. */
function hoursText(ms: number, decimals: number): string {
  const scaled = BigInt(ms) * 10n ** BigInt(decimals);
  const units = decimals === 4 ? (scaled + 1_800_000n) / 3_600_000n : scaled / 3_600_000n;
  const digits = `${units}`.padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

import { decimalText, Exact, type DecimalText } from './exact';

/** How what lies beyond the wanted decimals is rounded: towards zero, or half away from zero. */
export type QuantityRounding = 'down' | 'half-up';

/** Decimals that a whole number of millionths holds. */
const DECIMALS = 6;
const MILLIONTHS = 10 ** DECIMALS;
const MILLIONTHS_OF_THOUSANDTH = 1_000;
/** Whole numbers of so many digits, and a sign, are read exactly. */
const DIGITS_MAX = 15;
/** Whole numbers are told apart up to here. */
const SAFE_MAX = 2 ** 53 - 1;
const MS_PER_HOUR = 3_600_000;
/** A watt delivers five eighteenths of a millionth of a watt-hour in a millisecond. */
const WATT_MS = { millionths: 5, by: 18 };

/**
 * An exact measured quantity: Wh, W or A. It says what `Exact` says, to the last digit, at a fraction of its price: a whole
 * number of millionths while that is exact, an `Exact` where more digits are needed. No step rounds unless it is named.
 */
export class Quantity {
  static readonly zero = new Quantity(0, undefined);

  private constructor(
    private readonly millionths: number,
    /** The value, where it is no safe number of millionths. */
    private readonly large: Exact | undefined,
  ) {}

  /** Reads decimal text. */
  static of(text: DecimalText): Quantity {
    const point = text.indexOf('.');
    const decimals = point === -1 ? 0 : text.length - point - 1;
    const digits = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
    if (decimals <= DECIMALS && digits.length <= DIGITS_MAX) {
      const millionths = +digits * 10 ** (DECIMALS - decimals);
      if (isSafe(millionths)) return new Quantity(millionths, undefined);
    }
    return new Quantity(0, new Exact(text));
  }

  /** A whole number of thousandths, such as milliseconds for seconds. */
  static ofThousandths(count: number): Quantity {
    const millionths = count * MILLIONTHS_OF_THOUSANDTH;
    if (isSafe(millionths)) return new Quantity(millionths, undefined);
    return new Quantity(0, new Exact(count).div(1_000));
  }

  plus(other: Quantity): Quantity {
    if (this.large === undefined && other.large === undefined) {
      const sum = this.millionths + other.millionths;
      if (isSafe(sum)) return new Quantity(sum, undefined);
    }
    return new Quantity(0, this.exact().plus(other.exact()));
  }

  minus(other: Quantity): Quantity {
    if (this.large === undefined && other.large === undefined) {
      const difference = this.millionths - other.millionths;
      if (isSafe(difference)) return new Quantity(difference, undefined);
    }
    return new Quantity(0, this.exact().minus(other.exact()));
  }

  abs(): Quantity {
    return this.isNegative() ? Quantity.zero.minus(this) : this;
  }

  /** Below zero, zero or above as this is less than, equal to or more than the other. */
  compare(other: Quantity): number {
    if (this.large === undefined && other.large === undefined) return this.millionths - other.millionths;
    return this.exact().cmp(other.exact());
  }

  eq(other: Quantity): boolean {
    return this.compare(other) === 0;
  }

  lt(other: Quantity): boolean {
    return this.compare(other) < 0;
  }

  lte(other: Quantity): boolean {
    return this.compare(other) <= 0;
  }

  gt(other: Quantity): boolean {
    return this.compare(other) > 0;
  }

  gte(other: Quantity): boolean {
    return this.compare(other) >= 0;
  }

  isZero(): boolean {
    return this.large === undefined ? this.millionths === 0 : this.large.isZero();
  }

  isNegative(): boolean {
    return this.large === undefined ? this.millionths < 0 : this.large.isNegative();
  }

  /** Tells whether it is a whole number of steps. */
  isMultipleOf(step: Quantity): boolean {
    if (this.large === undefined && step.large === undefined) return this.millionths % step.millionths === 0;
    return this.exact().mod(step.exact()).isZero();
  }

  /**
   * The quantity times one whole number by another, rounded to at most six decimals.
   * @throws RangeError for a divisor of zero
   */
  ratio(times: number, by: number, { decimals, rounding }: { decimals: number; rounding: QuantityRounding }): Quantity {
    if (by === 0) throw new RangeError('a quantity can not be divided by zero');
    const unit = 10 ** (DECIMALS - decimals);
    const product = this.millionths * times;
    const divisor = by * unit;
    if (this.large === undefined && isSafe(product) && isSafe(divisor)) {
      const rounded = divided(product, divisor, rounding) * unit;
      if (isSafe(rounded)) return new Quantity(rounded, undefined);
    }
    const mode = rounding === 'down' ? Exact.ROUND_DOWN : Exact.ROUND_HALF_UP;
    return new Quantity(0, this.exact().times(times).div(by).toDecimalPlaces(decimals, mode));
  }

  /** Tells whether this energy in Wh, less what may be excused, is more than a power in W delivers in so many milliseconds. */
  exceeds(powerW: Quantity, ms: number, excusedWh: Quantity): boolean {
    const excess = this.minus(excusedWh);
    const rest = powerW.millionths % MILLIONTHS;
    const isWhole = powerW.large === undefined && rest === 0;
    const delivered = ((powerW.millionths - rest) / MILLIONTHS) * ms * WATT_MS.millionths;
    if (excess.large === undefined && isWhole && delivered >= 0 && isSafe(delivered)) {
      // A whole number is more than a fraction exactly if it is more than its whole part.
      return excess.millionths > (delivered - (delivered % WATT_MS.by)) / WATT_MS.by;
    }
    return excess.exact().times(MS_PER_HOUR).gt(powerW.exact().times(ms));
  }

  /** Plain decimal text, without trailing zeros. */
  text(): DecimalText {
    if (this.large !== undefined) return decimalText(this.large);
    const size = Math.abs(this.millionths);
    const part = size % MILLIONTHS;
    const whole = `${this.millionths < 0 ? '-' : ''}${(size - part) / MILLIONTHS}`;
    if (part === 0) return whole as DecimalText;
    return `${whole}.${withoutZeros(`${MILLIONTHS + part}`.slice(1))}` as DecimalText;
  }

  private exact(): Exact {
    return this.large ?? new Exact(this.millionths).div(MILLIONTHS);
  }
}

/** Tells whether a whole number that was computed is the very number that was meant, not one beside it. */
function isSafe(whole: number): boolean {
  return whole <= SAFE_MAX && whole >= -SAFE_MAX;
}

/** A quotient of safe whole numbers as a whole number; the remainder of the engine is exact, its quotient is not. */
function divided(product: number, divisor: number, rounding: QuantityRounding): number {
  const rest = product % divisor;
  const cut = (product - rest) / divisor;
  if (rounding === 'down' || Math.abs(rest) < Math.abs(divisor) - Math.abs(rest)) return cut;
  return cut + (product < 0 === divisor < 0 ? 1 : -1);
}

function withoutZeros(digits: string): string {
  let length = digits.length;
  while (digits.charCodeAt(length - 1) === ZERO) length -= 1;
  return digits.slice(0, length);
}

const ZERO = 0x30;

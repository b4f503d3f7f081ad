import type { LocalTime, Zone } from '@ledger/units';
import { clockMatches } from './clock-plan';
import type { Extent, PeriodList, PricePeriod } from './periods';
import type { Bounds, Candidates, ComponentPlan, ElementPlan } from './plan';
import { compare, type Ratio } from './ratio';
import type { PricingReadings } from './readings';

/**
 * Answers which component of a dimension is active, at the state in which a period starts (OCPI 2.3.0, Tariffs, section
 * 11.3.1). One object serves a whole session: `enter` moves it to the next period.
 */
export class Matcher {
  private period: PricePeriod | undefined;
  private used = 0n;
  private local: LocalTime | undefined;

  constructor(
    private readonly list: PeriodList,
    private readonly zone: Zone,
    private readonly readings: PricingReadings,
  ) {}

  /** Moves to a period; `used` is the energy of the session before it. */
  enter(period: PricePeriod, used: bigint): void {
    this.period = period;
    this.used = used;
    this.local = undefined;
  }

  /** The first component in list order whose element matches now. */
  find(candidates: Candidates): ComponentPlan | undefined {
    for (const { element, component } of candidates) {
      if (element.isFree || this.matches(element)) return component;
    }
    return undefined;
  }

  private matches(element: ElementPlan): boolean {
    const { period } = this;
    if (period === undefined) return false;
    const elapsedMs = period.startMs - this.list.startMs;
    if (elapsedMs < element.minDurationMs || elapsedMs >= element.maxDurationMs) return false;
    if (element.energy !== undefined && !this.energyMatches(element.energy)) return false;
    if (element.clock !== undefined && !clockMatches(element.clock, this.localTime(period))) return false;
    return this.extentMatches(element.power, period.power) && this.extentMatches(element.current, period.current);
  }

  private localTime(period: PricePeriod): LocalTime {
    this.local ??= this.zone.localAt(period.startMs);
    return this.local;
  }

  private energyMatches({ min, max }: Bounds): boolean {
    const used = { num: this.used, den: this.list.energyPerKwh };
    return (min === undefined || compare(used, min) >= 0) && (max === undefined || compare(used, max) < 0);
  }

  private extentMatches(bounds: Bounds | undefined, extent: Extent | undefined): boolean {
    if (bounds === undefined) return true;
    return this.reaches(extent?.max, bounds.min) && this.staysBelow(extent?.min, bounds.max);
  }

  private reaches(value: Ratio | undefined, min: Ratio | undefined): boolean {
    if (min === undefined) return true;
    return value === undefined ? this.readings.unknownPower === 'matches' : compare(value, min) >= 0;
  }

  private staysBelow(value: Ratio | undefined, max: Ratio | undefined): boolean {
    if (max === undefined) return true;
    return value === undefined ? this.readings.unknownPower === 'matches' : compare(value, max) < 0;
  }
}

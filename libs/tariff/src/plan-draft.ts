import { compileClock } from './clock-plan';
import type {
  Candidate,
  ElementPlan,
  ElementTerms,
  ExactComponent,
  ReservedCandidates,
  TariffPlan,
  TariffTerms,
} from './plan';
import type { ReservationKind, TariffDimension } from './tariff';

/** Makes the plan of a tariff out of its elements, given one after the other in list order. */
export class PlanDraft {
  private readonly elements: ElementPlan[] = [];
  private slots = 0;
  private usesPower = false;
  private usesClock = false;
  private readonly energy: Candidate[] = [];
  private readonly time: Candidate[] = [];
  private readonly parking: Candidate[] = [];
  private readonly flat: Candidate[] = [];
  private reservation = NOT_RESERVED;
  private expiry = NOT_RESERVED;

  /** Adds an element; `terms` is undefined when nothing is restricted. */
  add(terms: ElementTerms | undefined, components: readonly ExactComponent[]): void {
    const element = elementPlan(terms, this.elements.length);
    this.elements.push(element);
    this.usesPower ||= element.power !== undefined || element.current !== undefined;
    this.usesClock ||= element.clock !== undefined;
    const kind = terms?.reservation;
    for (const source of components) {
      if (!isFirstOfItsDimension(source, components)) continue;
      const component = { slot: this.slots, element: element.index, isReservation: kind !== undefined, source };
      this.slots += 1;
      addCandidate(this.listFor(source.dimension, kind), { element, component });
    }
  }

  plan(terms: TariffTerms, { min, max }: Pick<TariffPlan, 'min' | 'max'>): TariffPlan {
    const { usesPower, usesClock, elements, energy, time, parking, flat, reservation, expiry } = this;
    return { terms, usesPower, usesClock, elements, energy, time, parking, flat, reservation, expiry, min, max };
  }

  /** Where a component is looked for; reserved time and its fee have lists of their own, by kind. */
  private listFor(dimension: TariffDimension, kind: ReservationKind | undefined): Candidate[] | undefined {
    if (kind !== undefined) return this.reservedListFor(dimension, kind);
    switch (dimension) {
      case 'ENERGY':
        return this.energy;
      case 'PARKING_TIME':
        return this.parking;
      case 'TIME':
        return this.time;
      case 'FLAT':
        return this.flat;
    }
  }

  private reservedListFor(dimension: TariffDimension, kind: ReservationKind): Candidate[] | undefined {
    if (dimension !== 'TIME' && dimension !== 'FLAT') return undefined;
    const name = kind === 'RESERVATION' ? 'reservation' : 'expiry';
    if (this[name] === NOT_RESERVED) this[name] = { time: [], flat: [] };
    return dimension === 'TIME' ? this[name].time : this[name].flat;
  }
}

interface ReservedLists extends ReservedCandidates {
  readonly time: Candidate[];
  readonly flat: Candidate[];
}

const NOT_RESERVED: ReservedLists = { time: [], flat: [] };

function isFirstOfItsDimension(source: ExactComponent, components: readonly ExactComponent[]): boolean {
  for (const other of components) if (other.dimension === source.dimension) return other === source;
  return false;
}

/** Behind an element without restrictions nothing is ever looked at. */
function addCandidate(list: Candidate[] | undefined, candidate: Candidate): void {
  if (list !== undefined && list.at(-1)?.element.isFree !== true) list.push(candidate);
}

function elementPlan(terms: ElementTerms | undefined, index: number): ElementPlan {
  const { minDurationMs, maxDurationMs, energy, power, current } = terms ?? NO_TERMS;
  const clock = terms === undefined ? undefined : compileClock(terms);
  const isTimeless = minDurationMs === 0 && maxDurationMs === Infinity;
  const isFree = isTimeless && (clock ?? energy ?? power ?? current) === undefined;
  return { index, isFree, clock, minDurationMs, maxDurationMs, energy, power, current };
}

const NO_TERMS: Pick<ElementTerms, 'minDurationMs' | 'maxDurationMs' | 'energy' | 'power' | 'current'> = {
  minDurationMs: 0,
  maxDurationMs: Infinity,
  energy: undefined,
  power: undefined,
  current: undefined,
};

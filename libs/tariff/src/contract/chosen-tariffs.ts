import { instantOf } from '@ledger/units';
import type { TariffPlan, TariffTerms } from '../plan';
import { BadLine } from './bad-line';

/** The tariffs that price a session, numbered in order of use. */
export class ChosenTariffs {
  private readonly used: TariffPlan[] = [];
  private chosen: TariffPlan | undefined;

  constructor(
    private readonly plans: readonly TariffPlan[],
    private readonly options: {
      /** Whether the validity of the tariffs decides which one prices the session. */
      readonly isList: boolean;
      readonly startMs: number;
    },
  ) {}

  /** The tariff of the session's start: the only one, or the first of the list that is valid then. @throws BadLine */
  default(): TariffPlan {
    if (this.chosen !== undefined) return this.chosen;
    const { isList, startMs } = this.options;
    const startedAt = isList ? instantOf(startMs) : undefined;
    const found = isList ? this.plans.find(({ terms }) => isValidAt(terms, startedAt)) : this.plans[0];
    if (found === undefined) throw new BadLine('no tariff of the list is valid at the start of the session');
    this.chosen = found;
    return found;
  }

  /** The number of the tariff that a period names, or of the default. @throws BadLine */
  indexFor(tariffId: string | undefined): number {
    const plan = tariffId === undefined ? this.default() : this.named(tariffId);
    const known = this.used.indexOf(plan);
    return known >= 0 ? known : this.used.push(plan) - 1;
  }

  at(index: number): TariffPlan {
    return this.used[index] ?? this.default();
  }

  /** The tariffs that priced a period, the first one first; without periods the default. @throws BadLine */
  inOrderOfUse(): readonly [TariffPlan, ...TariffPlan[]] {
    const [first, ...others] = this.used;
    return first === undefined ? [this.default()] : [first, ...others];
  }

  /** Ids are case-insensitive (OCPI 2.3.0, Types, CiString). */
  private named(id: string): TariffPlan {
    const lower = id.toLowerCase();
    const found =
      this.plans.find(({ terms }) => terms.id === id) ??
      this.plans.find(({ terms }) => terms.id.toLowerCase() === lower);
    if (found === undefined) throw new BadLine(`the line has no tariff ${id}`);
    return found;
  }
}

function isValidAt({ startsAt, endsAt }: TariffTerms, at: string | undefined): boolean {
  if (at === undefined) return false;
  return (startsAt === undefined || startsAt <= at) && (endsAt === undefined || at < endsAt);
}

import { instantOf } from '@ledger/units';
import type { PeriodList } from '../periods';
import type { Tariff } from '../tariff';
import { BadLine } from './bad-line';

/** The tariffs that price a session, numbered in order of use. */
export class ChosenTariffs {
  private readonly used: Tariff[] = [];
  private chosen: Tariff | undefined;

  constructor(
    private readonly tariffs: readonly Tariff[],
    private readonly options: {
      /** Whether the validity of the tariffs decides which one prices the session. */
      readonly isList: boolean;
      readonly startMs: number;
    },
  ) {}

  /** The tariff of the session's start: the only one, or the first of the list that is valid then. @throws BadLine */
  default(): Tariff {
    if (this.chosen !== undefined) return this.chosen;
    const { isList, startMs } = this.options;
    const startedAt = isList ? instantOf(startMs) : undefined;
    const found = isList ? this.tariffs.find((tariff) => isValidAt(tariff, startedAt)) : this.tariffs[0];
    if (found === undefined) throw new BadLine('no tariff of the list is valid at the start of the session');
    this.chosen = found;
    return found;
  }

  /** The number of the tariff that a period names, or of the default. @throws BadLine */
  indexFor(tariffId: string | undefined): number {
    const tariff = tariffId === undefined ? this.default() : this.named(tariffId);
    const known = this.used.indexOf(tariff);
    return known >= 0 ? known : this.used.push(tariff) - 1;
  }

  at(index: number): Tariff {
    return this.used[index] ?? this.default();
  }

  inOrderOfUse(list: PeriodList): readonly [Tariff, ...Tariff[]] {
    const [first, ...others] = this.used;
    return first === undefined || list.periods.length === 0 ? [this.default()] : [first, ...others];
  }

  /** Ids are case-insensitive (OCPI 2.3.0, Types, CiString). */
  private named(id: string): Tariff {
    const lower = id.toLowerCase();
    const found =
      this.tariffs.find((tariff) => tariff.id === id) ??
      this.tariffs.find((tariff) => tariff.id.toLowerCase() === lower);
    if (found === undefined) throw new BadLine(`the line has no tariff ${id}`);
    return found;
  }
}

function isValidAt({ startsAt, endsAt }: Tariff, at: string | undefined): boolean {
  if (at === undefined) return false;
  return (startsAt === undefined || startsAt <= at) && (endsAt === undefined || at < endsAt);
}

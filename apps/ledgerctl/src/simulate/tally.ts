import { printLine, printTable } from '../output';
import { OUTCOMES, type Judged, type Outcome } from './judge';

/** Sessions that are told one by one, of each kind that must not be. */
const TOLD_MAX = 20;

/** A session that is not as it has to be. */
interface Wrong {
  readonly outcome: Outcome;
  readonly station: string;
  readonly startedAt: string;
  readonly sessions: readonly string[];
  readonly faults: readonly string[];
  readonly because: string;
}

/** What a judged fleet came to. */
interface Verdicts {
  readonly sessions: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Per cent of all sessions, to two decimals. */
  readonly shares: Readonly<Record<Outcome, string>>;
  /** Right sessions whose money was compared and is right as well. */
  readonly priced: number;
  /** The first of those that are silently wrong, or whose state nothing explains. */
  readonly wrong: readonly Wrong[];
}

/** Counts verdicts as they come, and remembers only those that must not be. */
export class Tally {
  private readonly counts = new Map<Outcome, number>();
  private readonly told = new Map<Outcome, Judged[]>();
  private priced = 0;

  add(judged: readonly Judged[]): void {
    for (const one of judged) {
      const { outcome } = one;
      this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
      if (one.isPriced === true) this.priced += 1;
      if (outcome !== 'silently-wrong' && outcome !== 'unexplained') continue;
      const told = this.told.get(outcome) ?? [];
      if (told.length < TOLD_MAX) told.push(one);
      this.told.set(outcome, told);
    }
  }

  /** Sessions that are silently wrong, or in a state that nothing explains. */
  get failures(): number {
    return (this.counts.get('silently-wrong') ?? 0) + (this.counts.get('unexplained') ?? 0);
  }

  verdicts(): Verdicts {
    const sessions = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const countOf = (outcome: Outcome): number => this.counts.get(outcome) ?? 0;
    const shareOf = (outcome: Outcome): string => ((100 * countOf(outcome)) / Math.max(1, sessions)).toFixed(2);
    const wrong = [...this.told.values()].flat().map(wrongOf);
    return { sessions, outcomes: recordOf(countOf), shares: recordOf(shareOf), priced: this.priced, wrong };
  }
}

function wrongOf({ outcome, truth, answers, because }: Judged): Wrong {
  const sessions = answers.map(({ id }) => id);
  if (truth !== undefined) {
    const { station, startedAt, faults } = truth;
    return { outcome, station, startedAt, sessions, faults, because };
  }
  const [answer] = answers;
  return { outcome, station: answer?.station ?? '', startedAt: answer?.startedAt ?? '', sessions, faults: [], because };
}

function recordOf<Value>(valueOf: (outcome: Outcome) => Value): Record<Outcome, Value> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, valueOf(outcome)])) as Record<Outcome, Value>;
}

const MEANINGS: Readonly<Record<Outcome, string>> = {
  right: 'the energy is the true one, within the rounding of the station',
  bounded: 'energy that no register tells of is missing, and a finding says so',
  held: 'held, with a reason that the faults explain',
  provisional: 'closed without its end, with a reason',
  unmetered: 'closed without an energy, with a reason',
  open: 'still running for the ledger',
  unattributed: 'its statements wait for a transaction that they can belong to',
  unexplained: 'held, provisional or unmetered, and none of its faults explains it',
  'silently-wrong': 'closed, and its energy or money is wrong',
};

/** Prints the verdicts for a person. */
export function printVerdicts({ sessions, outcomes, shares, priced, wrong }: Verdicts): void {
  printTable(
    ['outcome', 'sessions', '%', 'meaning'],
    OUTCOMES.map((outcome) => [outcome, `${outcomes[outcome]}`, shares[outcome], MEANINGS[outcome]]),
  );
  printLine(`${sessions} sessions judged, the money of ${priced} compared and right`);
  for (const { outcome, station, startedAt, because, faults, sessions: ids } of wrong) {
    printLine(`${outcome}: ${station} at ${startedAt}: ${because} [${faults.join(', ')}] ${ids.join(' ')}`);
  }
}

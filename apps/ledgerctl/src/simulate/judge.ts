import { Exact } from '@ledger/units';
import { explains } from './causes';
import type { Expected } from './money';
import type { Truth } from './truth';

/** What the judge reads of a session in the ledger (`interfaces.md`, session). */
export interface Answer {
  readonly id: string;
  readonly station: string;
  readonly connector?: string;
  readonly evse?: string;
  readonly transaction: string;
  readonly aliases?: readonly string[];
  readonly status: string;
  readonly startedAt?: string;
  readonly energyWh?: string;
  readonly findings: readonly { readonly code: string }[];
  readonly holds?: readonly { readonly rule: string }[];
  readonly charge?: {
    readonly state: string;
    readonly currency?: string;
    readonly totalExclTax?: string;
    readonly totalInclTax?: string;
  };
}

/** What the ledger made of a session. */
export const OUTCOMES = [
  'right',
  'bounded',
  'held',
  'provisional',
  'unmetered',
  'open',
  'unattributed',
  'unexplained',
  'silently-wrong',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The verdict over one session, and over each answer that belongs to none. */
export interface Judged {
  readonly outcome: Outcome;
  readonly truth?: Truth;
  readonly answers: readonly Answer[];
  readonly because: string;
  /** Its money was compared with what is expected, and is the same. */
  readonly isPriced?: boolean;
}

/** Judges everything that a ledger says of one station. */
export function judgeStation(
  truths: readonly Truth[],
  answers: readonly Answer[],
  expect?: (truth: Truth) => Expected | undefined,
): readonly Judged[] {
  const told = truths.filter(({ messages }) => messages > 0);
  const byTruth = new Map<Truth, Answer[]>(told.map((truth) => [truth, []]));
  const strangers: Answer[] = [];
  for (const answer of answers) {
    const truth = truthFor(answer, told);
    if (truth === undefined) strangers.push(answer);
    else byTruth.get(truth)?.push(answer);
  }
  return [
    ...[...byTruth].map(([truth, own]) => withMoney(judgeOne(truth, own, { truths: told, answers }), expect)),
    ...strangers.filter(isBillable).map((answer): Judged => {
      return { outcome: 'silently-wrong', answers: [answer], because: 'no car was there' };
    }),
  ];
}

/** A session that is right has to cost what is expected, once its charge is final. */
function withMoney(judged: Judged, expect: ((truth: Truth) => Expected | undefined) | undefined): Judged {
  const { truth, outcome, answers } = judged;
  if (truth === undefined || outcome !== 'right' || expect === undefined) return judged;
  const expected = expect(truth);
  const charge = answers[0]?.charge;
  if (expected === undefined || charge?.state !== 'final') return judged;
  const asked = [charge.currency, charge.totalExclTax, charge.totalInclTax].join(' ');
  const isRight = [expected.currency, expected.totalExclTax, expected.totalInclTax].join(' ');
  if (asked === isRight) return { ...judged, isPriced: true };
  return { ...judged, outcome: 'silently-wrong', because: `${asked} is asked where ${isRight} is right` };
}

/** The true session that an answer is about: one of its ids, and where an id was used again the nearest start. */
function truthFor(answer: Answer, truths: readonly Truth[]): Truth | undefined {
  const ids = [answer.transaction, ...(answer.aliases ?? [])];
  const named = truths.filter(({ transactions }) => transactions.some((id) => ids.includes(id)));
  const place = answer.connector === undefined ? [] : [answer.connector, answer.evse];
  const candidates = named.length > 0 ? named : truths.filter(({ connector }) => place.includes(connector));
  return nearest(candidates, answer.startedAt ?? '');
}

/** A ledger tells the time of the station's clock, or corrects it. */
function nearest(truths: readonly Truth[], at: string): Truth | undefined {
  const distance = ({ startedAt, statedAt }: Truth): number =>
    Math.min(...[startedAt, statedAt].map((start) => Math.abs(Date.parse(start) - Date.parse(at))));
  return truths.reduce<Truth | undefined>(
    (one, other) => (one === undefined || distance(other) < distance(one) ? other : one),
    undefined,
  );
}

interface Around {
  readonly truths: readonly Truth[];
  readonly answers: readonly Answer[];
}

function judgeOne(truth: Truth, own: readonly Answer[], around: Around): Judged {
  const billable = own.filter(isBillable);
  if (billable.length > 0) return judgeEnergy(truth, billable);
  const answers = own.length > 0 ? own : sharing(truth, around.answers);
  const codes = answers.flatMap(codesOf);
  const neighbours = around.truths.filter(({ connector }) => connector === truth.connector);
  const faults = [truth, ...beside(neighbours, truth)].flatMap((one) => one.faults);
  const isExplained = explains(codes, { own: truth.faults, near: faults });
  const outcome = outcomeOf(answers);
  if (outcome !== 'open' && outcome !== 'unattributed' && !isExplained) {
    return { outcome: 'unexplained', truth, answers, because: `${outcome}: ${codes.join(' ') || 'no finding'}` };
  }
  return { outcome, truth, answers, because: codes.join(' ') };
}

/** A session of the same id that took the statements of this one in, because the station used the id again. */
function sharing({ transactions }: Truth, answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({ transaction, status }) => status !== 'closed' && transactions.includes(transaction));
}

/**
 * The sessions that the ledger may have met before or after one on its connector. It goes by the device times, so one that had a clock
 * of its own may lie anywhere, and those around it are neighbours.
 */
function beside(truths: readonly Truth[], truth: Truth): readonly Truth[] {
  const strays = truths.filter((one) => one !== truth && hasOwnClock(one));
  const others = truths.filter((one) => !strays.includes(one));
  return [...strays, ...[truths, others].flatMap((order) => adjacent(order, truth))];
}

function adjacent(truths: readonly Truth[], truth: Truth): readonly Truth[] {
  const at = truths.indexOf(truth);
  return truths.filter((_, index) => Math.abs(index - at) === 1);
}

/** Tells that the clock was another one than in the sessions around. */
function hasOwnClock({ faults }: Truth): boolean {
  return faults.includes('clock-1970') || faults.includes('clock-corrected');
}

function outcomeOf(answers: readonly Answer[]): Outcome {
  if (answers.some(({ status }) => status === 'held')) return 'held';
  if (answers.some(({ status }) => status === 'provisional')) return 'provisional';
  if (answers.some(({ status }) => status === 'closed')) return 'unmetered';
  return answers.length > 0 ? 'open' : 'unattributed';
}

function isBillable({ status, energyWh }: Answer): boolean {
  return status === 'closed' && energyWh !== undefined;
}

function codesOf({ findings, holds = [] }: Answer): readonly string[] {
  const rules = holds.map(({ rule }) => rule);
  return [...new Set([...rules, ...findings.map(({ code }) => code)])].filter((code) => code !== 'location-unknown');
}

/** Findings that tell that energy may be missing, because no register tells of it. */
const SAYS_UNSEEN: ReadonlySet<string> = new Set([
  'baseline-inferred',
  'final-inferred',
  'gap',
  'register-reset',
  'register-exchanged',
  'register-stray',
  'register-unknown',
  'start-registers-differ',
  'end-registers-differ',
  'phases-incomplete',
]);

function judgeEnergy(truth: Truth, billable: readonly Answer[]): Judged {
  const found = billable.reduce((sum, { energyWh }) => sum.plus(energyWh ?? '0'), new Exact(0));
  const off = found.minus(truth.energyWh);
  const about = { truth, answers: billable };
  const codes = billable.flatMap(codesOf);
  const because = `${found.toFixed()} Wh for ${truth.energyWh} Wh (${codes.join(' ')})`;
  if (off.abs().lte(truth.resolutionWh)) return { ...about, outcome: 'right', because };
  const isWithin = off.isNegative() && off.abs().lte(new Exact(truth.unseenWh).plus(truth.resolutionWh));
  const isSaid = codes.some((code) => SAYS_UNSEEN.has(code));
  return { ...about, outcome: isWithin && isSaid ? 'bounded' : 'silently-wrong', because };
}

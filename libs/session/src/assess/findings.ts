import { Quantity } from '@ledger/units';
import type { Finding, Hold } from '../assessment';
import type { Timed } from './clock';
import type { Frame, Samples } from './readings';

/** What is missing at the ends of the session, and which readings could not be counted. */
export function frameFindings(timed: readonly Timed[], frame: Frame, samples: Samples): readonly Finding[] {
  const late = samples.outside.filter(({ isLate }) => isLate).length;
  const early = samples.outside.length - late;
  const inferred = timed.filter(({ statement }) => isInferred(statement)).length;
  return [
    ...(frame.start === undefined ? [{ code: 'no-start', because: NO_START }] : []),
    ...(frame.end === undefined ? [{ code: 'no-end', because: NO_END }] : []),
    ...counted(
      'attribution-inferred',
      inferred,
      'The transaction of these statements was found by connector and time.',
    ),
    ...counted('reading-before-start', early, 'Readings from before the start were not counted.'),
    ...counted('reading-after-end', late, 'Readings from after the end were not counted.'),
    ...counted('value-unusable', samples.unusable.length, 'Values in another unit or below zero were not counted.'),
    ...(samples.hasUnset ? [{ code: 'clock-unset', because: READING_UNSET }] : []),
  ];
}

const NO_START = 'No start was received: what happened before the first statement is not known.';
const NO_END = 'No end was received: the session ends with the last evidence.';
const READING_UNSET = 'Readings carry a time of a clock that was never set; the time of their message stands in.';

function isInferred({ kind, transaction }: Timed['statement']): boolean {
  return transaction === undefined && (kind === 'reading' || kind === 'updated' || kind === 'ended');
}

function counted(code: string, count: number, because: string): readonly Finding[] {
  return count === 0 ? [] : [{ code, because, value: `${count}` }];
}

/** Holds that follow from the ends alone. */
export function frameHolds(timed: readonly Timed[], frame: Frame, energyWh: Quantity | undefined): readonly Hold[] {
  const hasEnergy = energyWh !== undefined && !energyWh.isZero();
  const starts = timed.filter(({ statement }) => statement.kind === 'started').length;
  return [
    ...(starts > 1 ? [{ rule: 'starts-differ', because: STARTS, value: `${starts}`, bound: '1' }] : []),
    ...(frame.start === undefined ? [{ rule: 'no-start', because: NO_START }] : []),
    ...endsDiffer(timed),
    ...(hasEnergy && frame.endMs === frame.startMs
      ? [{ rule: 'energy-without-time', because: WITHOUT_TIME, value: energyWh.text(), bound: '0' }]
      : []),
  ];
}

/**
 * Stops that state different registers. Those of one transaction id conflict already; of those that name none each has an identity of
 * its own, and nothing tells which one is true.
 */
function endsDiffer(timed: readonly Timed[]): readonly Hold[] {
  const registers = timed.flatMap(({ statement: { kind, register } }) => {
    const value = kind === 'ended' && register !== undefined ? Quantity.of(register) : undefined;
    return value === undefined || value.isNegative() ? [] : [value];
  });
  const inOrder = registers.sort((one, other) => one.compare(other));
  const [lowest, highest] = [inOrder[0], inOrder.at(-1)];
  if (lowest === undefined || highest === undefined || lowest.eq(highest)) return [];
  return [{ rule: 'ends-differ', because: ENDS, value: highest.text(), bound: lowest.text() }];
}

const ENDS = 'Stops that state different registers were received: one of them may be wrong, or of another session.';

const STARTS = 'Different starts were received: one of them may belong to another session on the connector.';
const WITHOUT_TIME = 'Energy flowed in a session that took no time.';

/** Keeps at most `most` notes of each kind; the last one kept tells how many more there were. */
export function limited<Note extends { readonly because: string }>(
  notes: readonly Note[],
  most: number,
  kindOf: (note: Note) => string,
): readonly Note[] {
  const totals = new Map<string, number>();
  for (const note of notes) totals.set(kindOf(note), (totals.get(kindOf(note)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return notes.flatMap((note) => {
    const kind = kindOf(note);
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    const more = (totals.get(kind) ?? 0) - most;
    if (count > most) return [];
    return count < most || more <= 0 ? [note] : [{ ...note, because: `${note.because} (${more} more like this.)` }];
  });
}

import type { Hold } from './assessment';
import type { SessionEvent } from './events';

/** The holds of a session: from its statements, from outside them, and what persons answered for. */
export interface HoldBook {
  readonly fromStatements: readonly Hold[];
  readonly fromOutside: readonly Hold[];
  /** Fingerprints of the holds that were released: another value or bound of the same rule holds again. */
  readonly released: ReadonlySet<string>;
}

export const NO_HOLDS: HoldBook = { fromStatements: [], fromOutside: [], released: new Set() };

/** The rule that every conflicting statement fires. */
const CONFLICTING_EVIDENCE = 'conflicting-evidence';

/** What makes two holds the same one: rule, value and bound. */
export function holdKey(hold: Hold): string {
  return `${hold.rule}\n${hold.value ?? ''}\n${hold.bound ?? ''}`;
}

/** Folds an event into the book; any projection of sessions may use it. */
export function foldHolds(book: HoldBook, event: SessionEvent): HoldBook {
  switch (event.type) {
    case 'SessionOpened':
    case 'StatementRecorded':
    case 'StatementReceivedEarlier':
      return book;
    case 'StatementConflicted':
      return { ...book, fromStatements: withConflict(book.fromStatements) };
    case 'StatementsWithdrawn':
      return withdrawnFrom(book, event.remaining === undefined);
    case 'SessionClosed':
    case 'SessionAmended':
      return { ...book, fromStatements: event.assessment.holds };
    case 'SessionHeld':
      return { ...book, fromOutside: event.holds };
    case 'SessionReleased':
      return answered(book, event.rules);
  }
}

/** Of a void session nothing holds any more. */
function withdrawnFrom(book: HoldBook, isVoid: boolean): HoldBook {
  return isVoid ? { ...book, fromStatements: [], fromOutside: [] } : book;
}

function answered(book: HoldBook, rules: readonly string[] | undefined): HoldBook {
  const holds = activeHolds(book).filter(({ rule }) => rules?.includes(rule) ?? true);
  return { ...book, released: new Set([...book.released, ...holds.map(holdKey)]) };
}

/** The holds that stand between the session and its charge. */
export function activeHolds(book: HoldBook): readonly Hold[] {
  return [...book.fromStatements, ...book.fromOutside].filter((hold) => !book.released.has(holdKey(hold)));
}

/** The hold of a session in which `count` statements contradict another one of the same identity. */
export function conflictHold(count: number): Hold {
  return {
    rule: CONFLICTING_EVIDENCE,
    because: 'The station sent two different contents for the same statement; a person has to say which one is true.',
    value: `${count}`,
    bound: '0',
  };
}

function withConflict(holds: readonly Hold[]): readonly Hold[] {
  const before = holds.find(({ rule }) => rule === CONFLICTING_EVIDENCE);
  const count = before?.value === undefined ? 1 : +before.value + 1;
  return [...holds.filter((hold) => hold !== before), conflictHold(count)];
}

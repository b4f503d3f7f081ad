import type { Statement } from '@ledger/meter';
import {
  activeHolds,
  close,
  evolve,
  report,
  unopened,
  type Assessment,
  type Session,
  type SessionEvent,
  type Verdict,
} from '@ledger/session';
import { KEY, moment } from '../../libs/session/src/statement-builder';

export * from '../../libs/session/src/statement-builder';

/** What became of a session's statements in the order in which they came. */
export interface Story {
  readonly session: Session;
  readonly verdicts: readonly Verdict[];
  readonly events: readonly SessionEvent[];
  readonly assessment: Assessment;
  readonly findings: readonly string[];
  /** The rules that hold the session. */
  readonly held: readonly string[];
}

/** Folds statements one after the other, and closes the session in the end if it did not close itself. */
export function story(...statements: readonly Statement[]): Story {
  let session = unopened(KEY);
  const events: SessionEvent[] = [];
  const happen = (happened: readonly SessionEvent[]): void => {
    events.push(...happened);
    session = happened.reduce(evolve, session);
  };
  const verdicts = statements.map((statement, index) => {
    const decision = report(statement, session, { origin: `0/${index}` });
    happen(decision.events);
    return decision.verdict;
  });
  happen(close(session, { now: moment('2030-01-01T00:00:00Z') }));
  const { assessment } = session;
  if (assessment === undefined) throw new Error('the session was not closed');
  return {
    session,
    verdicts,
    events,
    assessment,
    findings: assessment.findings.map(({ code }) => code),
    held: activeHolds(session.holds).map(({ rule }) => rule),
  };
}

/** Every order of a few items. */
export function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

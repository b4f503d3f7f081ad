import type { Statement } from '@ledger/meter';
import type { ReadRow, RecordedEvent } from '@ledger/ports';
import { readSessionEvent } from '@ledger/session';
import { readReceipt } from '@ledger/usecases';

import type { TestEvent } from './events';
import { standingKey } from './standing';
import type { Standing } from './standing';

/** Where statements were recorded, and where they stand by now. */
export interface Kept {
  readonly recorded: ReadonlyMap<string, Statement>;
  readonly standing: ReadonlyMap<string, Standing>;
}

/** What sessions recorded, by place. */
export function recordedIn(facts: readonly RecordedEvent[]): ReadonlyMap<string, Statement> {
  const recorded = new Map<string, Statement>();
  for (const { stream, revision, type, data } of facts) {
    const fact = stream.startsWith('session-') ? readSessionEvent(type, data) : undefined;
    if (fact?.type !== 'StatementRecorded' && fact?.type !== 'StatementConflicted') continue;
    recorded.set(`${stream}@${revision}`, fact.statement);
  }
  return recorded;
}

/**
 * An acknowledged message is kept when each receipt of it names a fact that says what the message said, and that still stands
 * somewhere. A receipt that names no session was given for what the station kept: its session has it by now, or the station.
 */
export function notKept(
  event: TestEvent,
  answers: readonly ReadRow[],
  { recorded, standing }: Kept,
): readonly string[] {
  if (answers.length === 0) return [`I11: ${event.id} was acknowledged and has no verdict`];
  return answers.flatMap(({ body }) => {
    const { session, revision = '', verdict } = readReceipt(Buffer.from(body));
    const statement =
      session === undefined
        ? [...standing.values()].map((one) => one.statement).find((one) => saysTheSame(event, one))
        : recorded.get(`session-${session}@${revision}`);
    if (statement === undefined || !saysTheSame(event, statement)) {
      return [
        `I1: ${event.id} was answered ${verdict} at ${session ?? 'its station'}@${revision}, where it does not stand`,
      ];
    }
    const { places = [] } = standing.get(standingKey(statement)) ?? {};
    return places.length > 0
      ? []
      : [`I1: ${event.id} was withdrawn from ${session ?? 'its session'} and stands nowhere`];
  });
}

function saysTheSame(event: TestEvent, { kind, transaction, seqNo, at }: Statement): boolean {
  const data = event['data'] as { readonly transaction?: string; readonly seqNo?: number };
  const isOfKind =
    event['type'] === `ledger.meter.${kind}.v1` && Date.parse(event['time'] as string) === Date.parse(at);
  return isOfKind && data.transaction === transaction && data.seqNo === seqNo;
}

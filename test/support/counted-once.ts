import type { Statement } from '@ledger/meter';
import type { RecordedEvent } from '@ledger/ports';
import { readSessionEvent } from '@ledger/session';
import type { SessionEvent } from '@ledger/session';

/** I1: statements that count in several sessions, or twice in one; what was withdrawn from a session counts there no more. */
export function countedTwice(facts: readonly RecordedEvent[]): readonly string[] {
  const counted = new Map<string, string[]>();
  for (const { stream, type, data } of facts) {
    if (stream.startsWith('session-')) count(counted, readSessionEvent(type, data), stream);
  }
  return [...counted].flatMap(([key, streams]) =>
    streams.length > 1 ? [`I1: ${key} counts in ${streams.join(' and in ')}`] : [],
  );
}

function count(counted: Map<string, string[]>, fact: SessionEvent, stream: string): void {
  if (fact.type === 'StatementsWithdrawn') for (const one of fact.statements) withdraw(counted, one, stream);
  if (fact.type !== 'StatementRecorded' && fact.type !== 'StatementConflicted') return;
  const key = keyOf(fact.statement);
  counted.set(key, [...(counted.get(key) ?? []), stream]);
}

type Named = Pick<Statement, 'identity' | 'digest'>;

function keyOf({ identity, digest }: Named): string {
  return `${identity} ${digest}`;
}

function withdraw(counted: Map<string, string[]>, one: Named, stream: string): void {
  const streams = counted.get(keyOf(one)) ?? [];
  counted.set(
    keyOf(one),
    streams.filter((other) => other !== stream),
  );
}

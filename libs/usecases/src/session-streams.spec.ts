import { completeStatement } from '@ledger/meter';
import { writeSessionEvent } from '@ledger/session';
import type { SessionEvent } from '@ledger/session';
import { parseInstant } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { sessionEventDraft } from './session-streams';

function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new RangeError(text);
  return parsed;
}

const statement = completeStatement({
  v: 1,
  tenant: 'default',
  gateway: 'gw "one" \\ud800',
  messageId: 'ü/1',
  station: 'ST-1',
  connector: '1',
  transaction: 'tx-1',
  kind: 'updated',
  at: instant('2026-06-01T08:00:00Z'),
  receivedAt: instant('2026-06-01T08:00:01Z'),
  seqNo: 4,
  readings: [],
  identifiedBy: 'seq',
});
const unordered = { ...statement, aliases: ['b'] };
const digestHeld = 'a'.repeat(64);

describe('the stored form of session events', () => {
  it.each<readonly [string, SessionEvent]>([
    ['a recorded statement', { type: 'StatementRecorded', statement, origin: '0/7' }],
    ['an inferred statement', { type: 'StatementRecorded', isInferred: true, statement, origin: '0/7' }],
    ['a statement from nowhere', { type: 'StatementRecorded', statement }],
    ['a statement out of order', { type: 'StatementRecorded', statement: unordered, origin: '0/7' }],
    ['a contradiction', { type: 'StatementConflicted', statement, origin: '0/7', digestHeld }],
    ['a fact without statement', { type: 'SessionReleased', reason: 'seen', by: 'A. Person' }],
  ])('is the same to the byte, written fast: %s', (_, event) => {
    expect(sessionEventDraft(event)).toEqual(writeSessionEvent(event));
  });
});

import { canon, uuidV5 } from '@ledger/units';
import { type ChainFinding, headAfter, headOf, type StreamedEvent, verifyChain } from '.';

const stream = 'session-7c9e6679-7425-40de-944b-e07fc1f90ae7';

function linked(count: number): readonly StreamedEvent[] {
  const events: StreamedEvent[] = [];
  let head = headOf(stream);
  for (let index = 0; index < count; index += 1) {
    const event = {
      stream,
      revision: head.next,
      id: uuidV5(`event ${index}`),
      type: 'StatementRecorded',
      data: canon({ seqNo: index }),
      metadata: canon({ prev: head.prev, recordedAt: '2026-06-01T08:15:00.000Z' }),
    };
    events.push(event);
    head = headAfter(event);
  }
  return events;
}

function findings(events: readonly StreamedEvent[]): readonly ChainFinding[] {
  const checker = verifyChain(stream);
  return events.flatMap((event) => checker.check(event));
}

function codes(events: readonly StreamedEvent[]): readonly string[] {
  return findings(events).map(({ code, revision }) => `${code} ${revision}`);
}

function changed(index: number, change: Partial<StreamedEvent>): readonly StreamedEvent[] {
  return linked(4).map((event, position) => (position === index ? { ...event, ...change } : event));
}

describe('verifyChain', () => {
  it('finds nothing in a stream as it was written, and knows its head', () => {
    const checker = verifyChain(stream);
    const events = linked(4);
    expect(events.flatMap((event) => checker.check(event))).toEqual([]);
    const last = events[3];
    expect(checker.head()).toEqual(last && headAfter(last));
  });

  it('goes on behind a head that is known to be right', () => {
    const [, second, third, fourth] = linked(4);
    if (second === undefined || third === undefined || fourth === undefined) throw new Error('four events are needed');
    const checker = verifyChain(stream, headAfter(second));
    expect([third, fourth].flatMap((event) => checker.check(event))).toEqual([]);
  });

  it.each<[string, Partial<StreamedEvent>]>([
    ['data', { data: '{"seqNo":9}' }],
    ['type', { type: 'StatementConflicted' }],
    ['id', { id: uuidV5('another') }],
  ])('finds a changed %s at the event that follows it', (_, change) => {
    expect(codes(changed(1, change))).toEqual(['prev-mismatch 2']);
  });

  it('names what it found and what it expected', () => {
    const events = changed(0, { metadata: canon({ prev: '0'.repeat(64) }) }).slice(0, 1);
    expect(findings(events)).toEqual([
      {
        code: 'prev-mismatch',
        stream,
        revision: 0n,
        because: 'prev is not the chain hash of the event before',
        found: '0'.repeat(64),
        expected: headOf(stream).prev,
      },
    ]);
  });

  it('finds a removed event', () => {
    const [first, , third, fourth] = linked(4);
    if (first === undefined || third === undefined || fourth === undefined) throw new Error('four events are needed');
    expect(codes([first, third, fourth])).toEqual(['revision-gap 2']);
    expect(codes([third, fourth])).toEqual(['revision-gap 2']);
  });

  it('finds a removed event whose place was closed up', () => {
    const events = linked(4).filter((_, index) => index !== 1);
    expect(codes(events.map((event, index) => ({ ...event, revision: BigInt(index) })))[0]).toBe('prev-mismatch 1');
  });

  it('finds a repeated event', () => {
    const [first, second] = linked(2);
    if (first === undefined || second === undefined) throw new Error('two events are needed');
    expect(codes([first, first, second])).toEqual(['revision-repeated 0']);
  });

  it('finds an event of another stream', () => {
    expect(codes(changed(1, { stream: 'session-other' }))).toEqual(['wrong-stream 1']);
  });

  it('finds bytes that are not canonical, and where', () => {
    const found = findings(changed(3, { data: '{"a":0.5}' }));
    expect(found).toEqual([
      expect.objectContaining({ code: 'not-canonical', because: expect.stringContaining('/a') as string }),
    ]);
    expect(codes(changed(3, { data: '{"b":1,"a":2}' }))).toEqual(['not-canonical 3']);
    expect(codes(changed(3, { data: '{"a":1,"a":1}' }))).toEqual(['not-canonical 3']);
    expect(codes(changed(3, { data: '{"a":' }))).toEqual(['not-canonical 3']);
  });

  it.each(['', '[]', '"text"', 'null', '\ufffd\u0001'])('finds data %j that is not an object', (data) => {
    expect(codes(changed(3, { data }))).toEqual(['not-an-object 3']);
  });

  it('finds metadata without a chain hash', () => {
    expect(codes(changed(3, { metadata: '{}' }))).toEqual(['prev-missing 3']);
    expect(codes(changed(3, { metadata: '{"prev":"abc"}' }))).toEqual(['prev-missing 3']);
    expect(codes(changed(3, { metadata: '{"a":{"prev":1}}' }))).toEqual(['prev-missing 3']);
    expect(codes(changed(3, { metadata: '{' }))).toEqual(['not-canonical 3', 'prev-missing 3']);
  });

  it('finds an event that cannot be hashed, and takes up the chain behind it', () => {
    const checker = verifyChain(stream);
    const [first, second, third] = changed(1, { id: 'EVENT-1' });
    if (first === undefined || second === undefined || third === undefined) throw new Error('three events are needed');
    expect(checker.check(first)).toEqual([]);
    expect(checker.check(second).map(({ code }) => code)).toEqual(['event-malformed']);
    expect(checker.head()).toBeUndefined();
    expect(checker.check(third)).toEqual([]);
    expect(checker.head()).toEqual(headAfter(third));
  });
});

import { EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { APPEND_BYTES_LIMIT, startEventStoreDbServer, type EventStoreDbServer } from '.';

const PLAIN = { credentials: { username: 'nobody', password: 'sent without TLS' } };

describe('the protocol server, seen by the client itself', () => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    server = await startEventStoreDbServer();
    client = EventStoreDBClient.connectionString(server.url);
  });

  afterAll(async () => {
    await client.dispose();
    server.close();
  });

  const event = (type = 'A', data = {}): JSONEventData => jsonEvent({ type, data });

  it.each([
    ['in batches', {}],
    ['one by one', PLAIN],
  ])('appends and refuses %s', async (how, options) => {
    const stream = `s-${how}`;
    const first = await client.appendToStream(stream, [event(), event()], {
      expectedRevision: 'no_stream',
      ...options,
    });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const behind = client.appendToStream(stream, event(), { expectedRevision: 0n, ...options });
    await expect(behind).rejects.toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 0n,
      actualVersion: 1n,
    });
    const ahead = client.appendToStream(`${stream}-new`, event(), { expectedRevision: 3n, ...options });
    await expect(ahead).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' });
    const big = event('Big', { text: 'x'.repeat(APPEND_BYTES_LIMIT) });
    await expect(client.appendToStream(stream, big, options)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: APPEND_BYTES_LIMIT,
    });
    await client.tombstoneStream(stream);
    await expect(client.appendToStream(stream, event(), options)).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('reads both ways, from the middle and all streams', async () => {
    await client.appendToStream(
      'r-1',
      ['A', 'B', 'C'].map((type) => event(type)),
    );
    const types = async (read: AsyncIterable<{ event?: { type: string } }>): Promise<string[]> => {
      const list: string[] = [];
      for await (const { event: each } of read) list.push(each?.type ?? '');
      return list;
    };
    expect(await types(client.readStream('r-1'))).toEqual(['A', 'B', 'C']);
    expect(await types(client.readStream('r-1', { fromRevision: 1n, maxCount: 1 }))).toEqual(['B']);
    const back = { direction: 'backwards', fromRevision: 'end' } as const;
    expect(await types(client.readStream('r-1', { ...back, maxCount: 2 }))).toEqual(['C', 'B']);
    const last = { direction: 'backwards', fromPosition: 'end', maxCount: 2 } as const;
    expect(await types(client.readAll(last))).toEqual(['C', 'B']);
    const position = server.log.eventAt(server.log.size - 2)?.position ?? 0n;
    expect(await types(client.readAll({ fromPosition: { commit: position, prepare: position } }))).toEqual(['B', 'C']);
    await expect(types(client.readStream('r-2'))).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('keeps metadata, and hides a deleted stream until it is written again', async () => {
    await client.appendToStream('d-1', [event(), event()]);
    await client.setStreamMetadata('d-1', { maxCount: 1 });
    expect(await client.getStreamMetadata('d-1')).toMatchObject({ metadata: { maxCount: 1 } });
    await expect(client.deleteStream('d-1', { expectedRevision: 7n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: 1n,
    });
    await client.deleteStream('d-1', { expectedRevision: 1n });
    const again = await client.appendToStream('d-1', event(), { expectedRevision: 'no_stream' });
    expect(again.nextExpectedRevision).toBe(2n);
  });

  it('recognises an append with an open expectation until it is started anew', async () => {
    const same = event();
    const first = await client.appendToStream('o-1', same);
    expect(await client.appendToStream('o-1', same)).toMatchObject({
      nextExpectedRevision: first.nextExpectedRevision,
      position: first.position,
    });
  });
});

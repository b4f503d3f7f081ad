import { StorageFault } from '@ledger/ports';
import { fact } from '@ledger/ports/event-store-facts.contract';
import { fromStored, toStored, type ClientEvent } from './stored-event';

const stored: ClientEvent = {
  streamId: 'session-1',
  id: '6F2A0D3C-8A5B-4A57-B8D2-B2B1A6F0C9E4',
  revision: 3n,
  type: 'A',
  data: { b: '1.50', a: [null, true, 7] },
  metadata: {},
  isJson: true,
  created: new Date('2026-06-01T08:15:00.123Z'),
  position: { commit: 811n, prepare: 811n },
};

describe('an event between the ledger and the client', () => {
  it('is given to the client as values that it writes as the very same text', () => {
    const event = fact('A', { b: 'ü"\u2028', a: { y: '1.50', x: [] } });
    const { data, metadata, contentType } = toStored(event);
    expect([JSON.stringify(data), contentType]).toEqual([event.data, 'application/json']);
    expect(metadata).toEqual(Uint8Array.from(Buffer.from(event.metadata)));
  });

  it('is read as canonical text, with its id in lower case and its time in milliseconds', () => {
    expect(fromStored(stored)).toEqual({
      stream: 'session-1',
      id: '6f2a0d3c-8a5b-4a57-b8d2-b2b1a6f0c9e4',
      revision: 3n,
      position: 811n,
      type: 'A',
      data: '{"a":[null,true,7],"b":"1.50"}',
      metadata: '{}',
      recordedAt: '2026-06-01T08:15:00.123Z',
    });
  });

  it('is damage when it lacks a position of its own, or is a link to nothing', () => {
    const unknown = 2n ** 64n - 1n;
    const { position: _position, ...without } = stored;
    const odd = [
      { commit: 812n, prepare: 811n },
      { commit: unknown, prepare: unknown },
    ];
    for (const position of odd) expect(() => fromStored({ ...stored, position })).toThrow(StorageFault);
    expect(() => fromStored(without)).toThrow(StorageFault);
    expect(() => fromStored(undefined)).toThrow(StorageFault);
  });
});

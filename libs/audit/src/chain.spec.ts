import fc from 'fast-check';
import { type ChainedEvent, chainHash, EVENT_TYPE_BYTES_MAX, genesis, headAfter, headOf } from '.';

const stream = 'session-7c9e6679-7425-40de-944b-e07fc1f90ae7';
const first: ChainedEvent = {
  revision: 0n,
  id: '00112233-4455-5677-8899-aabbccddeeff',
  type: 'SessionOpened',
  data: '{"station":"Zürich"}',
  metadata: '{"prev":"fc497d686b4b4d5beb271cec0d53a17bcded53c83c7127f814214ba2ee7b6c8c"}',
};
const second: ChainedEvent = {
  revision: 1n,
  id: 'ffeeddcc-bbaa-5988-b766-554433221100',
  type: 'StatementRecorded',
  data: '{"seqNo":4}',
  metadata: '{"prev":"03fbd1c3bd0712da9141fabc43b575dcd7d37e856079ae23765ec0f83ee4b9ac"}',
};

// The digests below were computed with another language from the text of the design.
describe('the chain', () => {
  it('begins with the name of the stream', () => {
    expect(genesis(stream)).toBe('fc497d686b4b4d5beb271cec0d53a17bcded53c83c7127f814214ba2ee7b6c8c');
    expect(headOf(stream)).toEqual({ next: 0n, prev: genesis(stream) });
  });

  it('hashes an event as another implementation does', () => {
    expect(chainHash(first)).toBe('03fbd1c3bd0712da9141fabc43b575dcd7d37e856079ae23765ec0f83ee4b9ac');
    expect(chainHash(second)).toBe('9e24dee3a6e30681be28a12e82ef670fc3d4aa49b2b52ee347dd457b96b2eacc');
    expect(headAfter(second)).toEqual({ next: 2n, prev: chainHash(second) });
  });

  it('takes a revision of 63 bits and a type that is not ASCII', () => {
    const event = { ...first, revision: 2n ** 63n - 1n, type: 'é', data: '{}', metadata: '{}' };
    expect(chainHash(event)).toBe('ec3ae348a791d75aa550a5356af1e8fdca1fd562dd5296f764401b2ec4a678a0');
  });

  it('changes with every part of the event', () => {
    fc.assert(
      fc.property(fc.constantFrom('id', 'type', 'data', 'metadata'), fc.nat({ max: 9 }), (part, digit) => {
        const changed = { ...first, [part]: first[part].replace(/[a-z0-9]/, `${digit}`) };
        expect(chainHash(changed) === chainHash(first)).toBe(changed[part] === first[part]);
      }),
    );
    expect(chainHash({ ...first, revision: 1n })).not.toBe(chainHash(first));
    expect(chainHash({ ...first, data: first.metadata, metadata: first.data })).not.toBe(chainHash(first));
  });

  it('throws for what the hashed form has no room for', () => {
    expect(() => chainHash({ ...first, revision: -1n })).toThrow('64 bits');
    expect(() => chainHash({ ...first, revision: 2n ** 64n })).toThrow('64 bits');
    expect(() => chainHash({ ...first, id: first.id.toUpperCase() })).toThrow('UUID');
    expect(() => chainHash({ ...first, id: 'event-1' })).toThrow('UUID');
    expect(() => chainHash({ ...first, type: '\ud800' })).toThrow('surrogate');
    expect(() => chainHash({ ...first, type: 'é'.repeat(EVENT_TYPE_BYTES_MAX / 2 + 1) })).toThrow('65535');
    expect(chainHash({ ...first, type: 'a'.repeat(EVENT_TYPE_BYTES_MAX) })).toHaveLength(64);
  });
});

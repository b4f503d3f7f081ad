import * as fc from 'fast-check';

import { batchMessages } from './batch-messages';

const LIMITS = { members: 5, memberBytes: 20 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function membersOf(text: string, limits = LIMITS): readonly string[] | string {
  const reading = batchMessages(bytes(text), limits);
  if (!reading.ok) return `${reading.code} at ${reading.at}: ${reading.reason}`;
  return reading.messages.map((message) => ('text' in message ? Buffer.from(message.text).toString('utf8') : ''));
}

describe('a batch', () => {
  it('is cut at its own commas alone', () => {
    expect(membersOf('[{"a":[1,2]},"x,]\\"}",\n 3 ]')).toEqual(['{"a":[1,2]}', '"x,]\\"}"', '\n 3 ']);
    expect(membersOf(' [ ] ')).toEqual([]);
  });

  it('gives each member as it came, also one that is wrong inside', () => {
    expect(membersOf('[{"a":tru},{"a":1,"a":2},{1},nope]')).toEqual(['{"a":tru}', '{"a":1,"a":2}', '{1}', 'nope']);
  });

  it.each([
    ['', 'json-syntax at 0: the body is empty; JSON is expected'],
    ['{}', 'not-an-array at 0: a batch is a JSON array of CloudEvents'],
    ['[', 'json-syntax at 1: the array does not end'],
    ['["a\\', 'json-syntax at 4: the array does not end'],
    ['[1}', 'json-syntax at 2: a brace is closed that was never opened'],
    ['[1,]', 'json-syntax at 3: a member is missing'],
    ['[,1]', 'json-syntax at 1: a member is missing'],
    ['[1] 2', 'json-syntax at 4: something follows the array'],
  ])('that is none is refused with the place: %s', (text, refusal) => {
    expect(membersOf(text)).toBe(refusal);
  });

  it('counts the members over the limit and hands over the others', () => {
    expect(batchMessages(bytes('[1,2,3,4,5,6,7]'), LIMITS)).toMatchObject({ total: 7, messages: { length: 5 } });
  });

  it('cuts a member that is too long and tells its size', () => {
    const [message] = [batchMessages(bytes(`["${'x'.repeat(30)}"]`), LIMITS)];
    expect(message).toMatchObject({ ok: true, messages: [{ fullBytes: 32, text: { length: 20 } }] });
  });

  it('has the members that a reader of the whole array finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 20 }),
        fc.constantFrom(undefined, 1, '\t'),
        (values, indent) => {
          const members = membersOf(JSON.stringify(values, undefined, indent), { members: 20, memberBytes: 10_000 });
          expect(typeof members === 'string' ? members : members.map((text) => JSON.parse(text) as unknown)).toEqual(
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
    );
  });
});

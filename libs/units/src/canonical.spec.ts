import fc from 'fast-check';
import { canon, CANONICAL_DEPTH_MAX, checkedCanonical, NotCanonical } from '.';

function refusal(value: unknown): { readonly pointer: string; readonly reason: string } {
  try {
    canon(value);
  } catch (error) {
    if (error instanceof NotCanonical) return { pointer: error.pointer, reason: error.reason };
    throw error;
  }
  throw new Error('the value was accepted');
}

const key = fc
  .stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/)
  .filter((name) => name !== 'constructor' && name !== 'prototype');
const { value: closedSet } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
}));

/** Deals the members of all objects anew, in reversed order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('canon', () => {
  it('writes the strings of RFC 8785, section 3.2.2.2', () => {
    const text = '\u20ac$\u000f\nA\'B"\\\\"/';
    expect(canon({ string: text })).toBe(String.raw`{"string":"€$\u000f\nA'B\"\\\\\"/"}`);
    expect(canon('\b\t\n\f\r\u007f\u2028\u0000')).toBe('"\\b\\t\\n\\f\\r\u007f\u2028\\u0000"');
  });

  it('writes the literals and integers of RFC 8785', () => {
    expect(canon([null, true, false])).toBe('[null,true,false]');
    expect(canon([0, -0, 9007199254740991, -9007199254740991, 1e15])).toBe(
      '[0,0,9007199254740991,-9007199254740991,1000000000000000]',
    );
  });

  it('sorts keys by code unit at every depth and writes no blanks', () => {
    expect(canon({ b: 1, a: [{ z: 1, _: 2, Z: 3, a1: 4, a: 5 }], B: {} })).toBe(
      '{"B":{},"a":[{"Z":3,"_":2,"a":5,"a1":4,"z":1}],"b":1}',
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canon({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('takes objects without a prototype', () => {
    expect(canon(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  });

  it('keeps text that only looks like an escaped surrogate', () => {
    expect(canon({ path: 'C:\\ud800' })).toBe('{"path":"C:\\\\ud800"}');
  });

  it.each<[unknown, string, RegExp]>([
    [{ a: [1, 0.5] }, '/a/1', /whole numbers/],
    [{ a: 2 ** 53 }, '/a', /whole numbers/],
    [-(2 ** 53), '', /whole numbers/],
    [NaN, '', /whole numbers/],
    [[Infinity], '/0', /whole numbers/],
    [{ a: { b: '\ud800' } }, '/a/b', /surrogate/],
    [['ok', 'C:\\ud800', '\udc00x'], '/2', /surrogate/],
    [{ 'a-b': 1 }, '/a-b', /key/],
    [{ 'a/b~': 1 }, '/a~1b~0', /key/],
    [{ 1: 1 }, '/1', /key/],
    [{ '': 1 }, '/', /key/],
    [JSON.parse('{"x":{"__proto__":1}}'), '/x/__proto__', /key/],
    [{ constructor: 1 }, '/constructor', /key/],
    [{ prototype: 1 }, '/prototype', /key/],
    [[undefined], '/0', /undefined is not JSON/],
    [undefined, '', /undefined is not JSON/],
    [{ a: 1n }, '/a', /bigint is not JSON/],
    [{ toJSON: () => 1 }, '/toJSON', /function is not JSON/],
    [Symbol('s'), '', /symbol is not JSON/],
    [{ at: new Date(0) }, '/at', /plain objects/],
    [new Map(), '', /plain objects/],
  ])('refuses %p', (value, pointer, reason) => {
    expect(refusal(value)).toEqual({ pointer, reason: expect.stringMatching(reason) as string });
  });

  it('refuses a sparse array', () => {
    const sparse: unknown[] = ['a'];
    sparse[2] = 'c';
    expect(refusal(sparse).pointer).toBe('/1');
  });

  it('refuses a value that holds itself', () => {
    const own: Record<string, unknown> = {};
    own['own'] = own;
    expect(refusal(own)).toEqual({
      pointer: '/own'.repeat(CANONICAL_DEPTH_MAX),
      reason: 'the value is nested too deep',
    });
  });

  it('changes nothing in its argument', () => {
    const value = Object.freeze({ b: 1, a: Object.freeze([2]) });
    canon(value);
    expect(JSON.stringify(value)).toBe('{"b":1,"a":[2]}');
  });

  it('gives text that reads back to the same text, whatever the order of the members', () => {
    fc.assert(
      fc.property(closedSet, (value) => {
        const text = canon(value);
        expect(canon(JSON.parse(text))).toBe(text);
        expect(canon(reversed(value))).toBe(text);
        expect(checkedCanonical(text)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkedCanonical', () => {
  it.each(['{"b":1,"a":2}', '{ "a":1}', '{"a":1,"a":1}', '"\\u0041"', '1.0', '-0', '1e2', '0.5', '{', '', '"\\ud800"'])(
    'refuses %s',
    (text) => {
      expect(() => checkedCanonical(text)).toThrow(NotCanonical);
    },
  );
});

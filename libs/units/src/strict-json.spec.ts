import fc from 'fast-check';
import {
  isJsonArray,
  isJsonObject,
  JSON_BYTES_MAX,
  JSON_DEPTH_CEILING,
  JSON_DEPTH_MAX,
  JSON_POINTER_LENGTH_MAX,
  JSON_TOKENS_MAX,
  JsonNumber,
  type JsonRefusal,
  type JsonValue,
  readJson,
} from '.';

function read(text: string): JsonValue {
  const reading = readJson(text);
  if (!reading.ok) throw new Error(`${reading.pointer}: ${reading.reason} at ${reading.offset}`);
  return reading.value;
}

function refused(source: string | Uint8Array, limits = {}): Omit<JsonRefusal, 'ok' | 'reason'> {
  const reading = readJson(source, limits);
  if (reading.ok) throw new Error('the text was accepted');
  const { code, pointer, offset } = reading;
  return { code, pointer, offset };
}

/** The same value as JSON.parse would give it. */
function plain(value: JsonValue | undefined): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isJsonArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('readJson', () => {
  it('keeps every digit of a number', () => {
    const value = read('{"value": 2935.600, "n": [-0, 1E+400, 12345678901234567890.12]}');
    expect(value).toEqual({
      value: new JsonNumber('2935.600'),
      n: [new JsonNumber('-0'), new JsonNumber('1E+400'), new JsonNumber('12345678901234567890.12')],
    });
  });

  it('gives objects without a prototype', () => {
    const value = read('{"toString": 1, "a": {}}');
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(isJsonObject(value) && 'valueOf' in value).toBe(false);
    expect(isJsonObject(value) && isJsonObject(value['a']) && Object.getPrototypeOf(value['a'])).toBeNull();
  });

  it('tells objects, arrays and numbers apart', () => {
    expect(['{}', '[]', '1', 'null', '"a"'].map((text) => isJsonObject(read(text)))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(['{}', '[]', '1', 'null', '"a"'].map((text) => isJsonArray(read(text)))).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it('unfolds every escape', () => {
    expect(read(String.raw`"a\"\\\/\b\f\n\r\t\u0041\ud83d\ude00é"`)).toBe('a"\\/\b\f\n\r\tA😀é');
  });

  it('reads the same from text and from bytes', () => {
    const text = '{"a":"é😀","b":[true,false,null]}';
    expect(readJson(Buffer.from(text))).toEqual(readJson(text));
  });

  it('agrees with JSON.parse on every value that it accepts', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const reading = readJson(text);
        if (reading.ok) expect(plain(reading.value)).toEqual(JSON.parse(text));
        else expect(['json-refused-key', 'json-lone-surrogate']).toContain(reading.code);
      }),
    );
  });

  it('never accepts what JSON.parse refuses, and never throws', () => {
    const fragment = fc.constantFrom(
      ...Array.from('{}[]",:\\0123456789.eE+-truefalsn \n\t\u0001é'),
      '"a"',
      '\\u',
      '00e9',
      'null',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const reading = readJson(text);
        if (reading.ok) expect(plain(reading.value)).toEqual(JSON.parse(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => typeof readJson(bytes).ok === 'boolean'));
  });
});

describe('readJson refuses, naming the place:', () => {
  it('a member named twice, also when the name is escaped', () => {
    expect(refused('{"a":{"b":1,"\\u0062":2}}')).toEqual({ code: 'json-duplicate-key', pointer: '/a/b', offset: 12 });
    expect(refused('{"a":null,"a":null}').code).toBe('json-duplicate-key');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('the name %s', (name) => {
    expect(refused(`{"x":[{"${name}":1}]}`)).toEqual({ code: 'json-refused-key', pointer: `/x/0/${name}`, offset: 7 });
  });

  it('lone surrogates, bare or escaped', () => {
    expect(refused('["\ud800"]')).toEqual({ code: 'json-lone-surrogate', pointer: '', offset: 2 });
    expect(refused('{"a":["", "\\ude00"]}')).toEqual({ code: 'json-lone-surrogate', pointer: '/a/1', offset: 10 });
    expect(refused('["\\ud83d\ude00"]').code).toBe('json-lone-surrogate');
  });

  it('bytes that are not UTF-8, with the offset of the breaking byte', () => {
    const broken = Buffer.concat([Buffer.from('["é'), Buffer.from([0xc3, 0x28]), Buffer.from('"]')]);
    expect(refused(broken)).toEqual({ code: 'json-not-utf-8', pointer: '', offset: 5 });
    expect(refused(Buffer.from('"é').subarray(0, 2))).toEqual({ code: 'json-not-utf-8', pointer: '', offset: 2 });
  });

  it.each([
    ['[1,]', '/1', 3],
    ['{"a":1,}', '', 7],
    ['{"a" 1}', '/a', 5],
    ['{a:1}', '', 1],
    ['[01]', '/0', 1],
    ['[1.]', '/0', 3],
    ['[.5]', '/0', 1],
    ['[-]', '/0', 1],
    ['[1e+]', '/0', 4],
    ['[+1]', '/0', 1],
    ['[NaN]', '/0', 1],
    ['[nul]', '/0', 1],
    ["['a']", '/0', 1],
    ['{"a":"\n"}', '/a', 6],
    ['["\\x"]', '/0', 2],
    ['["\\u00g0"]', '/0', 2],
    ['["a', '/0', 3],
    ['["a\\', '/0', 3],
    ['[1', '', 2],
    ['{"a":1', '', 6],
    ['[] []', '', 3],
    ['[1 2]', '', 3],
    ['', '', 0],
    [' ', '', 1],
    ['\ufeff{}', '', 0],
    ['{"a":1}\u0000', '', 7],
    ['\u00a0{}', '', 0],
  ])('%j', (text, pointer, offset) => {
    expect(refused(text)).toEqual({ code: 'json-syntax', pointer, offset });
  });

  it('a pointer with the escapes of RFC 6901, cut where it grows too long', () => {
    expect(refused('{"a/b~c":[x]}').pointer).toBe('/a~1b~0c/0');
    expect(refused(`{"${'a'.repeat(1_000)}":x}`).pointer).toBe(`/${'a'.repeat(JSON_POINTER_LENGTH_MAX - 1)}…`);
  });

  it('no value of the text in its reason', () => {
    const reading = readJson('{"idToken":"04A1B2C3" oops}');
    expect(JSON.stringify(reading)).not.toMatch(/04A1B2C3|oops/);
  });
});

describe('the limits of readJson', () => {
  it('count bytes, not characters', () => {
    const filled = (bytes: number): string => `"${'é'.repeat((bytes - 2) / 2)}"`;
    expect(readJson(filled(JSON_BYTES_MAX)).ok).toBe(true);
    expect(refused(filled(JSON_BYTES_MAX + 2)).code).toBe('json-too-large');
    expect(refused(Buffer.alloc(JSON_BYTES_MAX + 1, ' ')).code).toBe('json-too-large');
    expect(refused('[1,2]', { bytes: 4 })).toEqual({ code: 'json-too-large', pointer: '', offset: 4 });
  });

  it('count depth by objects and arrays', () => {
    expect(readJson(nested(JSON_DEPTH_MAX)).ok).toBe(true);
    expect(refused(nested(JSON_DEPTH_MAX + 1))).toEqual({
      code: 'json-too-deep',
      pointer: '/0'.repeat(JSON_DEPTH_MAX),
      offset: JSON_DEPTH_MAX,
    });
    expect(refused('{"a":[]}', { depth: 1 }).code).toBe('json-too-deep');
    expect(readJson(nested(JSON_DEPTH_CEILING), { depth: 1_000_000 }).ok).toBe(true);
    expect(refused(nested(JSON_DEPTH_CEILING + 1), { depth: 1_000_000 }).code).toBe('json-too-deep');
  });

  it('count values and names as tokens', () => {
    const items = (count: number): string => `[${Array<string>(count).fill('1').join(',')}]`;
    expect(readJson(items(JSON_TOKENS_MAX - 1)).ok).toBe(true);
    expect(refused(items(JSON_TOKENS_MAX)).code).toBe('json-too-many-tokens');
    expect(readJson('{"a":[1]}', { tokens: 4 }).ok).toBe(true);
    expect(refused('{"a":[1]}', { tokens: 3 })).toEqual({ code: 'json-too-many-tokens', pointer: '/a/0', offset: 6 });
  });
});

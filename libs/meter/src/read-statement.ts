import { isDecimalText } from '@ledger/units';
import type { ReadingContext, Statement } from './statement';
import { CHARGING_STATES, READING_CONTEXTS } from './vocabulary';

/** What lies on the feed is no statement this version can read; `pointer` names the place. */
export class StatementUnreadable extends Error {
  readonly code = 'statement-unreadable';
  constructor(
    readonly pointer: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${pointer === '' ? 'the statement' : pointer}: ${reason}`, options);
  }
}

/**
 * Reads a statement from its canonical text as it lies on the feed and in the streams. Version and types are checked, so
 * that whatever follows may rely on them; `digestOf` tells whether the content is what it was.
 * @throws StatementUnreadable
 */
export function readStatement(text: string): Statement {
  return checkedStatement(parsed(text));
}

/** Checks a statement that lies inside another document, such as a stored event. @throws StatementUnreadable */
export function checkedStatement(value: unknown): Statement {
  if (!isObject(value)) throw new StatementUnreadable('', 'an object is expected');
  if (value['v'] !== 1) throw new StatementUnreadable('/v', 'this version of statements is not known');
  for (const name in value) {
    const check = CHECKS.get(name);
    if (check === undefined) throw new StatementUnreadable(`/${name}`, 'statements have no such field');
    check(value[name], name);
  }
  for (const name of REQUIRED) {
    if (value[name] === undefined) throw new StatementUnreadable(`/${name}`, 'the field is missing');
  }
  return value as unknown as Statement;
}

type Check = (value: unknown, pointer: string) => void;
type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StatementUnreadable('', 'the text is not JSON', { cause });
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function check(isRight: boolean, pointer: string, expected: string): void {
  if (!isRight) throw new StatementUnreadable(`/${pointer}`, `${expected} is expected`);
}

const text: Check = (value, pointer) => {
  check(typeof value === 'string', pointer, 'text');
};
const decimal: Check = (value, pointer) => {
  check(typeof value === 'string' && isDecimalText(value), pointer, 'decimal text');
};
const digest: Check = (value, pointer) => {
  check(typeof value === 'string' && value.length === 64, pointer, 'a digest of 64 digits');
};
const whole: Check = (value, pointer) => {
  check(typeof value === 'number' && value % 1 === 0 && value >= 0, pointer, 'a whole number');
};
const flag: Check = (value, pointer) => {
  check(typeof value === 'boolean', pointer, 'true or false');
};

/** Instants are 24 characters of UTC; whoever computes with one reads it anyway, so their shape is enough here. */
const instant: Check = (value, pointer) => {
  const isInstant = typeof value === 'string' && value.length === 24 && value.charCodeAt(23) === 0x5a;
  check(isInstant && value.charCodeAt(10) === 0x54, pointer, 'a UTC instant with milliseconds');
};

function word(words: readonly string[]): Check {
  const known = new Set<unknown>(words);
  return (value, pointer) => {
    check(known.has(value), pointer, `one of ${words.join(', ')}`);
  };
}

function listOf(item: Check): Check {
  return (value, pointer) => {
    if (!Array.isArray(value)) throw new StatementUnreadable(`/${pointer}`, 'an array is expected');
    for (let index = 0; index < value.length; index += 1) item(value[index], `${pointer}/${index}`);
  };
}

function shape(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const needed = Object.entries(required);
  const others = Object.entries(optional);
  return (value, pointer) => {
    if (!isObject(value)) throw new StatementUnreadable(`/${pointer}`, 'an object is expected');
    for (const [name, checkMember] of needed) checkMember(value[name], `${pointer}/${name}`);
    for (const [name, checkMember] of others) {
      if (value[name] !== undefined) checkMember(value[name], `${pointer}/${name}`);
    }
  };
}

const SEALED = shape({ alg: word(['A256GCM+HKDF-S256']), kid: text, iv: text, ct: text, kc: text });
const VALUE = shape({ measurand: text, value: decimal, unit: text }, { phase: text, location: text });
const SIGNED = shape({ format: text, encoding: text, keyedDigest: text, sealed: SEALED }, { publicKey: text });
const CONTEXT = word(READING_CONTEXTS satisfies readonly ReadingContext[]);
const READING = shape({ at: instant, context: CONTEXT, values: listOf(VALUE) }, { signed: SIGNED });

const COST: Check = (value, pointer) => {
  if (!isObject(value)) throw new StatementUnreadable(`/${pointer}`, 'an object is expected');
  for (const name in value) text(value[name], `${pointer}/${name}`);
};

const REQUIRED_CHECKS: Readonly<Record<string, Check>> = {
  v: whole,
  tenant: text,
  gateway: text,
  messageId: text,
  station: text,
  kind: word(['started', 'updated', 'ended', 'reading', 'status', 'cost']),
  at: instant,
  receivedAt: instant,
  readings: listOf(READING),
  identity: text,
  digest,
};

const OPTIONAL_CHECKS: Readonly<Record<string, Check>> = {
  evse: text,
  connector: text,
  transaction: text,
  seqNo: whole,
  offline: flag,
  trigger: text,
  chargingState: word(CHARGING_STATES),
  connectorStatus: text,
  stopReason: text,
  register: decimal,
  token: shape({ subject: text, type: text, sealed: SEALED }, { group: text }),
  cost: COST,
  aliases: listOf(text),
  placeholder: text,
  call: text,
  answer: shape({ call: text, transaction: text }, { tokenStatus: text }),
};

const REQUIRED = Object.keys(REQUIRED_CHECKS);
const CHECKS: ReadonlyMap<string, Check> = new Map(Object.entries({ ...REQUIRED_CHECKS, ...OPTIONAL_CHECKS }));

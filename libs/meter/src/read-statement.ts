import { isDecimalText } from '@ledger/units';
import type { ReadingContext, Statement } from './statement';
import { shareTexts } from './share-texts';
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

/**
 * Checks a statement that lies inside another document, such as a stored event, and gives it back, with one copy in memory of
 * the texts that statements repeat. @throws StatementUnreadable
 */
export function checkedStatement(value: unknown): Statement {
  if (!isObject(value)) throw new StatementUnreadable('', 'an object is expected');
  if (value['v'] !== 1) throw new StatementUnreadable('/v', 'this version of statements is not known');
  for (const name in value) {
    const check = CHECKS.get(name);
    if (check === undefined) throw new StatementUnreadable(`/${name}`, 'statements have no such field');
    const fault = check(value[name]);
    if (fault !== undefined) throw new StatementUnreadable(`/${name}${fault.pointer}`, `${fault.expected} is expected`);
  }
  for (const name of REQUIRED) {
    if (value[name] === undefined) throw new StatementUnreadable(`/${name}`, 'the field is missing');
  }
  return shareTexts(value as unknown as Statement);
}

/** What is wrong inside a value, and where; a place has a name only once something is wrong there, as nearly never anything is. */
interface Fault {
  readonly pointer: string;
  readonly expected: string;
}

type Check = (value: unknown) => Fault | undefined;
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

function checkOf(isRight: (value: unknown) => boolean, expected: string): Check {
  const fault: Fault = { pointer: '', expected };
  return (value) => (isRight(value) ? undefined : fault);
}

const text = checkOf((value) => typeof value === 'string', 'text');
const decimal = checkOf((value) => typeof value === 'string' && isDecimalText(value), 'decimal text');
const digest = checkOf((value) => typeof value === 'string' && value.length === 64, 'a digest of 64 digits');
const whole = checkOf((value) => typeof value === 'number' && value % 1 === 0 && value >= 0, 'a whole number');
const flag = checkOf((value) => typeof value === 'boolean', 'true or false');
/** Instants are 24 characters of UTC; whoever computes with one reads it anyway, so their shape is enough here. */
const instant = checkOf(
  (value) =>
    typeof value === 'string' && value.length === 24 && value.charCodeAt(23) === 0x5a && value.charCodeAt(10) === 0x54,
  'a UTC instant with milliseconds',
);

function word(words: readonly string[]): Check {
  const known = new Set<unknown>(words);
  return checkOf((value) => known.has(value), `one of ${words.join(', ')}`);
}

function listOf(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { pointer: '', expected: 'an array' };
    for (let index = 0; index < value.length; index += 1) {
      const fault = item(value[index]);
      if (fault !== undefined) return within(`${index}`, fault);
    }
    return undefined;
  };
}

function shape(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const needed = Object.entries(required);
  const others = Object.entries(optional);
  return (value) => {
    if (!isObject(value)) return AN_OBJECT;
    for (const [name, check] of needed) {
      const fault = check(value[name]);
      if (fault !== undefined) return within(name, fault);
    }
    for (const [name, check] of others) {
      const fault = value[name] === undefined ? undefined : check(value[name]);
      if (fault !== undefined) return within(name, fault);
    }
    return undefined;
  };
}

const AN_OBJECT: Fault = { pointer: '', expected: 'an object' };

function within(name: string, { pointer, expected }: Fault): Fault {
  return { pointer: `/${name}${pointer}`, expected };
}

const SEALED = shape({ alg: word(['A256GCM+HKDF-S256']), kid: text, iv: text, ct: text, kc: text });
const VALUE = shape({ measurand: text, value: decimal, unit: text }, { phase: text, location: text });
const SIGNED = shape({ format: text, encoding: text, keyedDigest: text, sealed: SEALED }, { publicKey: text });
const CONTEXT = word(READING_CONTEXTS satisfies readonly ReadingContext[]);
const READING = shape({ at: instant, context: CONTEXT, values: listOf(VALUE) }, { signed: SIGNED });

const COST: Check = (value) => {
  if (!isObject(value)) return AN_OBJECT;
  for (const name in value) {
    const fault = text(value[name]);
    if (fault !== undefined) return within(name, fault);
  }
  return undefined;
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

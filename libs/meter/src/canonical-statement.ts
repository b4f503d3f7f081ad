import type { CanonicalText } from '@ledger/units';
import { canon, NotCanonical } from '@ledger/units';
import type { MeteredValue, Reading, SealedToken, SignedRecord, StartAnswer, Statement } from './statement';

/**
 * The canonical text of a statement: what `canon` writes for it, written field by field because every statement passes here
 * twice. A property test holds the two against each other.
 */
export function writeStatement(statement: Statement): CanonicalText {
  return write(STATEMENT, statement) as CanonicalText;
}

/**
 * The canonical text of what a statement says: without `receivedAt`, the names that a retry or another way through the
 * network changes (`messageId`, `gateway`, `call`, `aliases`), and the bytes of seals, which are new each time. Who charged is
 * its subject, a signed record its keyed digest.
 */
export function writeContent(statement: Omit<Statement, 'identity' | 'digest'>): string {
  return write(CONTENT, statement);
}

type Writer<Whole> = (whole: Whole) => string;

/** Writes one member as `,"name":value`, or nothing where it is absent. */
function member<Whole, Name extends keyof Whole & string>(
  name: Name,
  writeValue: (value: NonNullable<Whole[Name]>) => string,
): Writer<Whole> {
  const lead = `,"${name}":`;
  return (whole) => {
    const value = whole[name];
    return value === undefined || value === null ? '' : lead + writeValue(value);
  };
}

function write<Whole>(members: readonly Writer<Whole>[], whole: Whole): string {
  let text = '';
  for (const writeMember of members) text += writeMember(whole);
  return text === '' ? '{}' : `{${text.slice(1)}}`;
}

function list<Item>(writeItem: (item: Item) => string): (items: readonly Item[]) => string {
  return (items) => {
    let text = '[';
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      if (item !== undefined) text += index === 0 ? writeItem(item) : `,${writeItem(item)}`;
    }
    return `${text}]`;
  };
}

/** Text without anything that JSON has to escape, which is nearly all of it. */
const SAFE = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (SAFE.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotCanonical('', 'the text holds a lone surrogate');
  return JSON.stringify(text);
}

const whole = (value: number): string => `${value}`;
const flag = (value: boolean): string => (value ? 'true' : 'false');

const VALUE: readonly Writer<MeteredValue>[] = [
  member('location', quoted),
  member('measurand', quoted),
  member('phase', quoted),
  member('unit', quoted),
  member('value', quoted),
];

const SIGNED_SEALED: readonly Writer<SignedRecord>[] = [
  member('encoding', quoted),
  member('format', quoted),
  member('keyedDigest', quoted),
  member('publicKey', quoted),
  member('sealed', canon),
];

const SIGNED_SAID = SIGNED_SEALED.slice(0, -1);

function readingMembers(signed: readonly Writer<SignedRecord>[]): readonly Writer<Reading>[] {
  return [
    member('at', quoted),
    member('context', quoted),
    member('signed', (record) => write(signed, record)),
    member(
      'values',
      list((value) => write(VALUE, value)),
    ),
  ];
}

const READING_SEALED = readingMembers(SIGNED_SEALED);
const READING_SAID = readingMembers(SIGNED_SAID);

const ANSWER: readonly Writer<StartAnswer>[] = [
  member('call', quoted),
  member('tokenStatus', quoted),
  member('transaction', quoted),
];

const TOKEN_SEALED: readonly Writer<SealedToken>[] = [
  member('sealed', canon),
  member('subject', quoted),
  member('type', quoted),
];
const TOKEN_SAID = TOKEN_SEALED.slice(1);

const STATEMENT: readonly Writer<Statement>[] = [
  member('aliases', list(quoted)),
  member('answer', (answer) => write(ANSWER, answer)),
  member('at', quoted),
  member('call', quoted),
  member('chargingState', quoted),
  member('connector', quoted),
  member('connectorStatus', quoted),
  member('cost', canon),
  member('digest', quoted),
  member('evse', quoted),
  member('gateway', quoted),
  member('identity', quoted),
  member('kind', quoted),
  member('messageId', quoted),
  member('offline', flag),
  member('placeholder', quoted),
  member(
    'readings',
    list((reading) => write(READING_SEALED, reading)),
  ),
  member('receivedAt', quoted),
  member('register', quoted),
  member('seqNo', whole),
  member('station', quoted),
  member('stopReason', quoted),
  member('tenant', quoted),
  member('token', (token) => write(TOKEN_SEALED, token)),
  member('transaction', quoted),
  member('trigger', quoted),
  member('v', whole),
];

const CONTENT: readonly Writer<Omit<Statement, 'identity' | 'digest'>>[] = [
  member('answer', (answer) => write(ANSWER, answer)),
  (statement) => (statement.answer === undefined ? `,"at":"${statement.at}"` : ''),
  member('chargingState', quoted),
  member('connector', quoted),
  member('connectorStatus', quoted),
  member('cost', canon),
  member('evse', quoted),
  member('kind', quoted),
  member('offline', flag),
  member('placeholder', quoted),
  member(
    'readings',
    list((reading) => write(READING_SAID, reading)),
  ),
  member('register', quoted),
  member('seqNo', whole),
  member('station', quoted),
  member('stopReason', quoted),
  member('tenant', quoted),
  member('token', (token) => write(TOKEN_SAID, token)),
  member('transaction', quoted),
  member('trigger', quoted),
  member('v', whole),
];

import type { FeedRecord } from '@ledger/ports';
import { DROPPED_HEADER, UNREADABLE_HEADER } from './compression/stand-ins';
import { instantOf, type Instant } from '@ledger/units';
import type { IHeaders, KafkaMessage } from 'kafkajs';

const NOTHING = new Uint8Array(0);

/** Tells whether a message is one. False for what only takes a place that another one covers, which cannot be read. */
export function isHere({ headers }: KafkaMessage): boolean {
  return headers === undefined || !(DROPPED_HEADER in headers);
}

/** A record in the words of the port. Keys and headers are read as UTF-8; a header that came twice counts with its last value. */
export function fromWire(message: KafkaMessage): FeedRecord {
  const headers = message.headers === undefined ? {} : headersOf(message.headers);
  const { [UNREADABLE_HEADER]: unreadable } = headers;
  return {
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? null,
    value: message.value ?? NOTHING,
    ...(unreadable === undefined ? { headers } : { headers: {}, unreadable }),
    publishedAt: publishedAt(message.timestamp),
  };
}

function headersOf(headers: IHeaders): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    texts[name] = (Array.isArray(value) ? value.at(-1) : value)?.toString('utf8') ?? '';
  }
  return texts;
}

/** A record without a time of its own (-1) or with an impossible one stands at the beginning of time, rather than be lost. */
function publishedAt(timestamp: string): Instant {
  if (timestamp !== latest.timestamp) latest = { timestamp, instant: instantOf(Math.max(0, +timestamp)) ?? BEGINNING };
  return latest.instant;
}

function required(instant: Instant | undefined): Instant {
  if (instant === undefined) throw new Error('the beginning of time is no instant');
  return instant;
}

const BEGINNING = required(instantOf(0));
/** Neighbours usually share their time: the broker gives a whole request the same. */
let latest = { timestamp: '0', instant: BEGINNING };

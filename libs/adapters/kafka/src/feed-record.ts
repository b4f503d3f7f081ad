import type { FeedRecord } from '@ledger/ports';
import { parseInstant, type Instant } from '@ledger/units';
import type { IHeaders, KafkaMessage } from 'kafkajs';

const NOTHING = new Uint8Array(0);
const LATEST_MS = 8_640_000_000_000_000;

/** A record in the words of the port. Keys and headers are read as UTF-8; a header that came twice counts with its last value. */
export function fromWire(message: KafkaMessage): FeedRecord {
  return {
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? null,
    value: message.value ?? NOTHING,
    headers: message.headers === undefined ? {} : headersOf(message.headers),
    publishedAt: instantOf(+message.timestamp),
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
function instantOf(ms: number): Instant {
  const isUsable = Number.isSafeInteger(ms) && ms >= 0 && ms <= LATEST_MS;
  const instant = parseInstant(new Date(isUsable ? ms : 0).toISOString());
  if (instant === undefined) throw new Error(`${ms} ms is no instant`);
  return instant;
}

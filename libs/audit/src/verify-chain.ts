import { checkedCanonical, type Digest, isDigest, NotCanonical } from '@ledger/units';
import { chainFault, type ChainedEvent, type ChainHead, chainHash, headOf } from './chain';

/** What can be wrong with an event in its stream. Public, never renamed. */
export type ChainFindingCode =
  | 'wrong-stream'
  | 'revision-gap'
  | 'revision-repeated'
  | 'event-malformed'
  | 'not-canonical'
  | 'not-an-object'
  | 'prev-missing'
  | 'prev-mismatch';

/** One defect of a stored stream: which event, what, and what was found instead of what. */
export interface ChainFinding {
  readonly code: ChainFindingCode;
  readonly stream: string;
  readonly revision: bigint;
  readonly because: string;
  readonly found?: string;
  readonly expected?: string;
}

/** A stored event with the stream that the store says it is in. */
export interface StreamedEvent extends ChainedEvent {
  readonly stream: string;
}

/** Checks the events of one stream one after the other, as they are read. */
export interface ChainChecker {
  /** Checks the next event and answers with everything that is wrong with it; an empty list when nothing is. */
  check(event: StreamedEvent): readonly ChainFinding[];
  /** The head after the events so far; undefined after an event that cannot be hashed. */
  head(): ChainHead | undefined;
}

/**
 * Begins to check a stream, at its first event or behind a head that is known to be right: gapless revisions, each
 * `metadata.prev` the chain hash of the event before, data and metadata JSON objects in canonical bytes. Each defect is
 * reported once: the check goes on from the event as it was found.
 */
export function verifyChain(stream: string, from: ChainHead = headOf(stream)): ChainChecker {
  let next = from.next;
  let prev: Digest | undefined = from.prev;
  return {
    head: () => (prev === undefined ? undefined : { next, prev }),
    check(event) {
      const findings = defects(event, { stream, next, prev });
      next = event.revision + 1n;
      prev = chainFault(event) === undefined ? chainHash(event) : undefined;
      return findings;
    },
  };
}

/** What the next event must be; `prev` is unknown behind an event that cannot be hashed. */
interface Expectation {
  readonly stream: string;
  readonly next: bigint;
  readonly prev: Digest | undefined;
}

type Defect = Omit<ChainFinding, 'stream' | 'revision'>;

function defects(event: StreamedEvent, expectation: Expectation): readonly ChainFinding[] {
  const fault = chainFault(event);
  const found = [
    ...placeDefects(event, expectation),
    ...(fault === undefined ? [] : [{ code: 'event-malformed', because: fault } as const]),
    ...textDefects('data', event.data),
    ...textDefects('metadata', event.metadata),
    ...linkDefects(event, expectation),
  ];
  return found.map((defect) => ({ ...defect, stream: expectation.stream, revision: event.revision }));
}

function placeDefects(event: StreamedEvent, { stream, next }: Expectation): readonly Defect[] {
  const place: Defect[] = [];
  if (event.stream !== stream) {
    place.push({
      code: 'wrong-stream',
      because: 'the event belongs to another stream',
      found: event.stream,
      expected: stream,
    });
  }
  const numbers = { found: `${event.revision}`, expected: `${next}` };
  if (event.revision > next)
    place.push({ code: 'revision-gap', because: 'events before this one are missing', ...numbers });
  if (event.revision < next)
    place.push({ code: 'revision-repeated', because: 'the revision was there before', ...numbers });
  return place;
}

function textDefects(part: 'data' | 'metadata', text: string): readonly Defect[] {
  if (!text.startsWith('{')) return [{ code: 'not-an-object', because: `the ${part} is not a JSON object` }];
  try {
    checkedCanonical(text);
    return [];
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    return [{ code: 'not-canonical', because: `the ${part} is not canonical: ${error.message}` }];
  }
}

function linkDefects(event: StreamedEvent, { next, prev }: Expectation): readonly Defect[] {
  const found = prevOf(event.metadata);
  if (found === undefined) return [{ code: 'prev-missing', because: 'the metadata names no chain hash as prev' }];
  // Behind a gap or a repetition the event before is not known, and neither is its hash.
  if (prev === undefined || event.revision !== next || found === prev) return [];
  return [{ code: 'prev-mismatch', because: 'prev is not the chain hash of the event before', found, expected: prev }];
}

function prevOf(metadata: string): Digest | undefined {
  const prev = memberOf(metadata, 'prev');
  return typeof prev === 'string' && isDigest(prev) ? prev : undefined;
}

function memberOf(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}

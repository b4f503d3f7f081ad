import { lintTariff, parseLocation, parseTariff, tariffDigest, tariffJson } from '@ledger/tariff';
import type { TariffAssignment, TariffFinding } from '@ledger/tariff';
import { canon, locationStream, sha256Hex, tariffStream } from '@ledger/units';
import type { Digest, Instant, Json } from '@ledger/units';

import type { Causation } from './chained-append';
import { Streams } from './streams';
import type { StreamFold, StreamsPorts } from './streams';

/** What a stream of published objects holds: the digest of each version, by its time stamp, and of each assignment. */
interface Published {
  readonly versions: ReadonlyMap<string, Digest>;
  readonly assignments: ReadonlySet<Digest>;
}

interface VersionFact {
  readonly lastUpdated: Instant;
  readonly digest: Digest;
}

type PublicationFact =
  | (VersionFact & { readonly type: 'LocationPublished'; readonly location: Json })
  | (VersionFact & { readonly type: 'TariffPublished'; readonly tariff: Json })
  | { readonly type: 'TariffAssigned'; readonly digest: Digest; readonly assignment: TariffAssignment };

/** What became of a publication. */
export type Publication =
  | { readonly status: 'published'; readonly isNew: boolean; readonly warnings: readonly TariffFinding[] }
  | { readonly status: 'refused'; readonly findings: readonly TariffFinding[] };

/** Who publishes, for the event's metadata. */
export interface Publisher {
  readonly tenant: string;
  /** Ties the event to the request. */
  readonly correlation: string;
}

/** What a version or an assignment takes in memory: an id or an instant, and a digest. */
const PUBLISHED_FACT_BYTES = 200;

const PUBLISHED: StreamFold<Published, PublicationFact> = {
  initial: () => ({ versions: new Map(), assignments: new Set() }),
  evolve: (state, fact) =>
    fact.type === 'TariffAssigned'
      ? { ...state, assignments: new Set([...state.assignments, fact.digest]) }
      : { ...state, versions: new Map([...state.versions, [fact.lastUpdated, fact.digest]]) },
  read: (type, data) => ({ type, ...(JSON.parse(data) as object) }) as PublicationFact,
  write: ({ type, ...fields }) => ({ type, data: canon(fields) }),
  weigh: ({ versions, assignments }) => PUBLISHED_FACT_BYTES * (1 + versions.size + assignments.size),
};

/** Folded streams of published objects that stay in memory, and the bytes that they may take. */
const PUBLISHED_HELD_MAX = 100;
const PUBLISHED_BYTES_MAX = 2_000_000;

/** Opens the publishing side: one writer for locations, tariffs and their assignments. */
export function publishing(ports: StreamsPorts): Publishing {
  const streams = new Streams(ports, PUBLISHED, { states: PUBLISHED_HELD_MAX, bytes: PUBLISHED_BYTES_MAX });
  const now = (): Instant => ports.clock.now();
  return {
    location: (value, publisher) => publishLocation({ streams, now }, value, publisher),
    tariff: (value, publisher) => publishTariff({ streams, now }, value, publisher),
    assignment: (assignment, publisher) => assignTariff({ streams, now }, assignment, publisher),
  };
}

/** The commands on published objects. Values are as `readJson` gives them. */
export interface Publishing {
  location(value: unknown, publisher: Publisher): Promise<Publication>;
  tariff(value: unknown, publisher: Publisher): Promise<Publication>;
  assignment(assignment: TariffAssignment, publisher: Publisher): Promise<Publication>;
}

interface Writing {
  readonly streams: Streams<Published, PublicationFact>;
  readonly now: () => Instant;
}

async function publishLocation(writing: Writing, value: unknown, publisher: Publisher): Promise<Publication> {
  const outcome = parseLocation(value);
  if (!outcome.ok) return { status: 'refused', findings: outcome.findings };
  const { id, lastUpdated, digest, ocpi } = outcome.location;
  const location = JSON.parse(ocpi) as Json;
  const fact: PublicationFact = { type: 'LocationPublished', location, lastUpdated, digest };
  return publishVersion(writing, publisher, { stream: locationStream(publisher.tenant, id), fact, warnings: [] });
}

async function publishTariff(writing: Writing, value: unknown, publisher: Publisher): Promise<Publication> {
  const outcome = parseTariff(value);
  if (!outcome.ok) return { status: 'refused', findings: outcome.findings };
  const { tariff } = outcome;
  const warnings = [...outcome.warnings, ...lintTariff(tariff)];
  const { id, lastUpdated } = tariff;
  const fact: PublicationFact = {
    type: 'TariffPublished',
    tariff: tariffJson(tariff),
    lastUpdated,
    digest: tariffDigest(tariff),
  };
  return publishVersion(writing, publisher, { stream: tariffStream(publisher.tenant, id), fact, warnings });
}

interface Version {
  readonly stream: string;
  readonly fact: PublicationFact & VersionFact;
  readonly warnings: readonly TariffFinding[];
}

function publishVersion(writing: Writing, publisher: Publisher, version: Version): Promise<Publication> {
  const { stream, fact, warnings } = version;
  return writing.streams.decide<Publication>(stream, (work) => {
    const held = work.state().versions.get(fact.lastUpdated);
    if (held === fact.digest) return { status: 'published', isNew: false, warnings };
    if (held !== undefined) return refused('version-exists', '/last_updated', VERSION_EXISTS);
    work.add([fact], causeOf(writing, publisher));
    return { status: 'published', isNew: true, warnings };
  });
}

const VERSION_EXISTS =
  'a version with this last_updated is published already and says something else; give the change a later last_updated';

async function assignTariff(
  writing: Writing,
  assignment: TariffAssignment,
  publisher: Publisher,
): Promise<Publication> {
  const digest = sha256Hex(canon(assignment));
  return writing.streams.decide<Publication>(tariffStream(publisher.tenant, assignment.tariff), (work) => {
    const { versions, assignments } = work.state();
    if (versions.size === 0) {
      return refused('tariff-unknown', '/tariff', `no tariff ${assignment.tariff} is published; publish it first`);
    }
    if (assignments.has(digest)) return { status: 'published', isNew: false, warnings: [] };
    work.add([{ type: 'TariffAssigned', assignment, digest }], causeOf(writing, publisher));
    return { status: 'published', isNew: true, warnings: [] };
  });
}

function refused(code: string, pointer: string, because: string): Publication {
  return { status: 'refused', findings: [{ code, pointer, because }] };
}

function causeOf({ now }: Writing, { tenant, correlation }: Publisher): Causation {
  return { tenant, recordedAt: now(), correlation, causation: correlation };
}

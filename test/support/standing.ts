import type { Statement } from '@ledger/meter';
import type { RecordedEvent } from '@ledger/ports';
import { readSessionEvent, readStationEvent } from '@ledger/session';
import type { SessionEvent, StationEvent } from '@ledger/session';

/** A statement of one content, and where it stands now: sessions that count it, as `stream@revision`, and stations that keep it. */
export interface Standing {
  readonly statement: Statement;
  readonly places: readonly string[];
}

/**
 * Every statement that was ever recorded or kept, by identity and content. What was withdrawn from a session stands there no
 * more; what a station keeps stands with it as long as it belongs to no session.
 */
export function standingsIn(facts: readonly RecordedEvent[]): ReadonlyMap<string, Standing> {
  const places = new Places();
  for (const { stream, revision, type, data } of facts) {
    if (stream.startsWith('session-')) places.session(readSessionEvent(type, data), { stream, revision });
    if (stream.startsWith('station-')) places.station(readStationEvent(type, data), stream);
  }
  return places.standings();
}

/** I1: statements that stand at several places. */
export function standingTwice(standings: ReadonlyMap<string, Standing>): readonly string[] {
  return [...standings].flatMap(([key, { places }]) =>
    places.length > 1 ? [`I1: ${key} counts at ${places.join(' and at ')}`] : [],
  );
}

/** The key under which the standing of a statement is found. */
export function standingKey({ identity, digest }: Pick<Statement, 'identity' | 'digest'>): string {
  return `${identity} ${digest}`;
}

class Places {
  private readonly statements = new Map<string, Statement>();
  /** By statement: the stream of each session that counts it, with its place there. */
  private readonly counted = new Map<string, readonly (readonly [stream: string, place: string])[]>();
  /** By identity: the station, as long as what has the identity belongs to none of its sessions. */
  private readonly waiting = new Map<string, string>();

  session(fact: SessionEvent, { stream, revision }: Pick<RecordedEvent, 'stream' | 'revision'>): void {
    if (fact.type === 'StatementsWithdrawn') {
      for (const key of fact.statements.map(standingKey)) {
        this.counted.set(
          key,
          (this.counted.get(key) ?? []).filter(([other]) => other !== stream),
        );
      }
    }
    if (fact.type !== 'StatementRecorded' && fact.type !== 'StatementConflicted') return;
    const key = this.known(fact.statement);
    this.counted.set(key, [...(this.counted.get(key) ?? []), [stream, `${stream}@${revision}`]]);
  }

  /** Only what it keeps first waits: a further content of what found its session, and an earlier copy, lie there. */
  station(fact: StationEvent, stream: string): void {
    if (fact.type === 'StatementKept') {
      const { identity } = fact.statement;
      const isFirst = !this.placed.has(identity);
      this.known(fact.statement);
      if (isFirst) this.waiting.set(identity, stream);
    }
    if (fact.type === 'StatementAttributed') {
      this.placed.add(fact.identity);
      this.waiting.delete(fact.identity);
    }
    if (fact.type === 'StatementDetached') {
      this.placed.delete(fact.identity);
      this.waiting.set(fact.identity, stream);
    }
  }

  /** Identities that belong to a session. */
  private readonly placed = new Set<string>();

  standings(): ReadonlyMap<string, Standing> {
    return new Map([...this.statements].map(([key, statement]) => [key, { statement, places: this.placesOf(key) }]));
  }

  private placesOf(key: string): readonly string[] {
    const { identity } = this.statements.get(key) ?? { identity: '' };
    const station = this.waiting.get(identity);
    const sessions = (this.counted.get(key) ?? []).map(([, place]) => place);
    return station === undefined ? sessions : [...sessions, station];
  }

  private known(statement: Statement): string {
    const key = standingKey(statement);
    if (!this.statements.has(key)) this.statements.set(key, statement);
    return key;
  }
}

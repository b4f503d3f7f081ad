import type { EventStore, RecordedEvent } from '@ledger/ports';
import { ANSWER_WAIT_MS, readStationEvent } from '@ledger/session';
import { instantOf, millisOf } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { foldStation } from './station-fold';
import type { StationFoldPorts } from './station-fold';

/** Before any receipt: it is looked at once. */
const LONG_AGO = '0000-01-01T00:00:00.000Z' as Instant;

/**
 * The starts that wait for their answer, on all stations, read from the stations' streams: whoever begins anew finds them
 * again. It reads all of these streams once, then what is added to them.
 */
export class UnansweredStarts {
  private position: bigint | 'none' = 'none';
  /** By stream: when each start was received, by its identity. */
  private readonly waiting = new Map<string, Map<string, Instant>>();

  constructor(private readonly ports: StationFoldPorts & { readonly store: EventStore }) {}

  /** Makes sessions of starts that nobody answered in time, on stations that are silent since. */
  async fold(): Promise<void> {
    await this.readOn();
    const receivedBy = instantOf(millisOf(this.ports.clock.now()) - ANSWER_WAIT_MS);
    if (receivedBy === undefined) return;
    for (const [stream, starts] of this.waiting) {
      const overdue = [...starts].filter(([, receivedAt]) => receivedAt <= receivedBy);
      if (overdue.length === 0) continue;
      this.ports.stations.readAnew(stream);
      await foldStation(this.ports, stream, []);
      for (const [identity] of overdue) starts.delete(identity);
    }
  }

  private async readOn(): Promise<void> {
    const from = { prefixes: ['station-'], after: this.position };
    for await (const { events, position } of this.ports.store.readAll(from)) {
      for (const event of events) this.take(event);
      this.position = position;
    }
    for (const [stream, starts] of this.waiting) if (starts.size === 0) this.waiting.delete(stream);
  }

  private take({ stream, type, data }: RecordedEvent): void {
    if (!TELLING.has(type)) return;
    const event = readStationEvent(type, data);
    if (event.type === 'StatementKept' && event.statement.kind === 'started') {
      this.of(stream).set(event.statement.identity, event.statement.receivedAt);
    }
    if (event.type === 'StatementAttributed') this.waiting.get(stream)?.delete(event.identity);
    if (event.type === 'StatementDetached') this.of(stream).set(event.identity, LONG_AGO);
  }

  private of(stream: string): Map<string, Instant> {
    const known = this.waiting.get(stream) ?? new Map<string, Instant>();
    this.waiting.set(stream, known);
    return known;
  }
}

const TELLING: ReadonlySet<string> = new Set(['StatementKept', 'StatementAttributed', 'StatementDetached']);

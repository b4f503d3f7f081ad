import type { StationEvent } from './events';
import { attributing, detaching, keeping } from './remember-nameless';
import { Station, NO_CHANGE, type Memory } from './station';
import { aliasing, answering, ending, hearing, noting, repeating, startIn, starting } from './take-evidence';
import { bindingOfSession } from './station';

/** Folds one fact into the station's memory. Never rejects. */
export function evolveStation(before: Station, event: StationEvent): Station {
  const { tenant, station, evidence, known, nameless, notes, events } = before;
  const memory: Memory = { tenant, station, evidence, known, nameless, notes, change: NO_CHANGE, events };
  const changed = isOfNameless(event) ? namelessBy(memory, event) : evidenceBy(memory, event);
  return new Station({ ...memory, ...changed, events: events + 1 });
}

type OfNameless = Extract<StationEvent, { type: 'StatementKept' | 'StatementAttributed' | 'StatementDetached' }>;

const OF_NAMELESS: ReadonlySet<string> = new Set(['StatementKept', 'StatementAttributed', 'StatementDetached']);

function isOfNameless(event: StationEvent): event is OfNameless {
  return OF_NAMELESS.has(event.type);
}

function namelessBy(memory: Memory, event: OfNameless): Partial<Memory> {
  switch (event.type) {
    case 'StatementKept':
      return keeping(memory, event.statement, event.origin);
    case 'StatementAttributed':
      return attributing(memory, event);
    case 'StatementDetached':
      return detaching(memory, event.identity);
  }
}

function evidenceBy(memory: Memory, event: Exclude<StationEvent, OfNameless>): Partial<Memory> {
  switch (event.type) {
    case 'TransactionBound':
      return event.start === undefined ? hearing(memory, event) : starting(memory, startIn(event, event.start));
    case 'TransactionAliased':
      return aliasing(memory, event.session, event.alias);
    case 'TransactionEnded':
      return ending(memory, event.transaction ?? bindingOfSession(memory, event.session)?.transaction, event.at);
    case 'RegisterNoted':
      return noting(memory, event);
    case 'StartAnswered':
      return answering(memory, { call: event.call, transaction: event.transaction, at: event.at });
    case 'StartRepeated':
      return repeating(memory, event.start, event.call);
  }
}

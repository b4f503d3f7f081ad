import type { Assessment } from '../assessment';
import type { RegisterNoted, StationEvent } from './events';
import { bindingOfSession, type Station } from './station';

/** Remembers where a session's register stood at its ends, for the session after it. No event when that is known already. */
export function noteClosed(station: Station, assessment: Assessment): readonly StationEvent[] {
  const { session, startedAt, endedAt, hasEnd, registerStartWh, registerEndWh } = assessment;
  const binding = bindingOfSession(station, session);
  if (binding === undefined || !hasEnd) return [];
  const { note } = binding;
  const isKnown =
    note?.startedAt === startedAt &&
    note.endedAt === endedAt &&
    note.registerEndWh === registerEndWh &&
    note.registerStartWh === registerStartWh;
  if (isKnown) return [];
  const event: RegisterNoted = {
    type: 'RegisterNoted',
    session,
    startedAt,
    endedAt,
    ...(registerStartWh === undefined ? {} : { registerStartWh }),
    ...(registerEndWh === undefined ? {} : { registerEndWh }),
  };
  return [event];
}

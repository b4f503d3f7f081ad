import type { Assessment } from '../assessment';
import { bindingOfSession } from './bindings';
import type { RegisterNoted, StationEvent } from './events';
import type { Station } from './station';

/** Remembers where a session's register stood at its ends, for the session after it. No event when that is known already. */
export function noteClosed(station: Station, assessment: Assessment): readonly StationEvent[] {
  const { session, startedAt, endedAt, hasEnd, registerStartWh, registerEndWh } = assessment;
  const binding = bindingOfSession(station, session);
  if (binding === undefined || !hasEnd) return [];
  const isKnown =
    binding.startedAt === startedAt &&
    binding.endedAt === endedAt &&
    binding.registerEndWh === registerEndWh &&
    (registerStartWh === undefined || binding.registerStartWh === registerStartWh);
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

import type { DecimalText, Instant } from '@ledger/units';
import type { RegisterNoted } from './events';
import { Indexed, keyOf } from './indexed';
import { isNamed, keyOfPlace } from './places';

/** A session of the station, as it follows from the evidence. */
export interface Binding {
  readonly session: string;
  readonly transaction: string;
  readonly aliases: readonly string[];
  readonly evse: string | undefined;
  readonly connector: string | undefined;
  readonly startedAt: Instant | undefined;
  readonly registerStartWh: DecimalText | undefined;
  /** The latest end that names the transaction. */
  readonly endedAt: Instant | undefined;
  /** The end that names no transaction and was found to be its end. */
  readonly stoppedAt: Instant | undefined;
  /** Identities of its starts. */
  readonly starts: readonly string[];
  readonly calls: readonly string[];
  /** Its first start that names it, is answered, or was heard of on the connector: what else it began by is no evidence for more. */
  readonly runsFrom: Instant | undefined;
  /** What its assessment found. */
  readonly note: RegisterNoted | undefined;
}

/** No session yet. */
export const noBindings: Indexed<Binding> = Indexed.by(keysOf);

/** The keys under which bindings are found; those that name a time are in its order. */
export const bindingKeys = {
  session: (session: string): string => keyOf('session', session),
  name: (name: string): string => keyOf('name', name),
  start: (start: string): string => keyOf('start', start),
  /** Begun and not ended. */
  open: 'open',
};

function keysOf(binding: Binding): readonly string[] {
  const { session, transaction, aliases, startedAt, endedAt, starts } = binding;
  const besideAt = startOfBinding(binding);
  return [
    bindingKeys.session(session),
    ...[transaction, ...aliases].map((name) => keyOf(bindingKeys.name(name), startedAt ?? '', session)),
    ...starts.map(bindingKeys.start),
    ...(startedAt === undefined || endedAt !== undefined ? [] : [keyOf(bindingKeys.open, startedAt, session)]),
    ...(startedAt === undefined || !isNamed(binding) ? [] : [keyOf(keyOfPlace(binding), startedAt, session)]),
    ...(besideAt === undefined || !isNamed(binding) ? [] : [keyOf(keyOfPlace(binding, 'beside'), besideAt, session)]),
  ];
}

/** When the session ended, by what names it, else by what was found to be its end. */
export function endOfBinding({ endedAt, stoppedAt }: Binding): Instant | undefined {
  return endedAt ?? stoppedAt;
}

/** What the assessment of a session with an end found; a session that lost its end has none any more. */
export function noteOf(binding: Binding): RegisterNoted | undefined {
  return endOfBinding(binding) === undefined ? undefined : binding.note;
}

/** When the session began by its assessment, else by its start. */
export function startOfBinding(binding: Binding): Instant | undefined {
  return noteOf(binding)?.startedAt ?? binding.startedAt;
}

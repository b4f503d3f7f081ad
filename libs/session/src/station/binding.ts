import type { DecimalText, Instant } from '@ledger/units';
import type { RegisterNoted, TransactionBound } from './events';
import { Indexed, keyOf } from './indexed';
import { isNamed, keyOfPlace } from './places';

/** A transaction as the station's memory knows it. */
export interface Binding {
  readonly session: string;
  readonly transaction: string;
  readonly aliases: readonly string[];
  readonly evse: string | undefined;
  readonly connector: string | undefined;
  readonly startedAt: Instant | undefined;
  readonly registerStartWh: DecimalText | undefined;
  readonly endedAt: Instant | undefined;
  readonly registerEndWh: DecimalText | undefined;
  readonly start: string | undefined;
  readonly calls: readonly string[];
}

/** No transaction yet. */
export const noBindings: Indexed<Binding> = Indexed.by(keysOf);

/** The keys under which bindings are found; those that name a time are in its order. */
export const bindingKeys = {
  session: (session: string): string => keyOf('session', session),
  name: (name: string): string => keyOf('name', name),
  call: (call: string): string => keyOf('call', call),
  start: (start: string): string => keyOf('start', start),
  /** Begun and not ended. */
  open: 'open',
};

function keysOf(binding: Binding): readonly string[] {
  const { session, transaction, aliases, startedAt, endedAt, start, calls } = binding;
  const names = [...new Set([transaction, ...aliases])];
  return [
    bindingKeys.session(session),
    ...names.map((name) => keyOf(bindingKeys.name(name), startedAt ?? '')),
    ...calls.map(bindingKeys.call),
    ...(start === undefined ? [] : [bindingKeys.start(start)]),
    ...(startedAt === undefined || endedAt !== undefined ? [] : [keyOf(bindingKeys.open, startedAt)]),
    ...(startedAt === undefined || !isNamed(binding) ? [] : [keyOf(keyOfPlace(binding), startedAt)]),
  ];
}

/** What an event says of a transaction goes before what was known. */
export function bound(before: Binding | undefined, event: TransactionBound): Binding {
  const known = before ?? unbound(event);
  return {
    ...known,
    evse: event.evse ?? known.evse,
    connector: event.connector ?? known.connector,
    startedAt: event.startedAt ?? known.startedAt,
    registerStartWh: event.registerWh ?? known.registerStartWh,
    start: event.start ?? known.start,
    calls: [...new Set([...known.calls, ...(event.calls ?? [])])],
  };
}

function unbound({ session, transaction }: TransactionBound): Binding {
  return {
    session,
    transaction,
    aliases: [],
    evse: undefined,
    connector: undefined,
    startedAt: undefined,
    registerStartWh: undefined,
    endedAt: undefined,
    registerEndWh: undefined,
    start: undefined,
    calls: [],
  };
}

export function aliased(binding: Binding, alias: string): Binding {
  return { ...binding, aliases: [...new Set([...binding.aliases, alias])] };
}

export function ended(binding: Binding, at: Instant): Binding {
  return { ...binding, endedAt: binding.endedAt === undefined || at > binding.endedAt ? at : binding.endedAt };
}

export function noted(binding: Binding, event: RegisterNoted): Binding {
  return {
    ...binding,
    startedAt: event.startedAt,
    endedAt: event.endedAt,
    registerStartWh: event.registerStartWh ?? binding.registerStartWh,
    registerEndWh: event.registerEndWh,
  };
}

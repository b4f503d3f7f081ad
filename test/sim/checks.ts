import type { ReadRow, RecordedEvent } from '@ledger/ports';
import { readSessionEvent } from '@ledger/session';
import type { Assessment } from '@ledger/session';
import { Exact } from '@ledger/units';

import type { TestEvent } from '../support/events';
import type { Said, Truth } from './world/evidence';

/** I1: each thing that was said stands in exactly one place, whatever ids it came under. */
export function notOnce(facts: readonly RecordedEvent[], said: readonly Said[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { stream, revision, type, data } of facts) {
    if (!stream.startsWith('session-')) continue;
    const fact = readSessionEvent(type, data);
    if (fact.type !== 'StatementRecorded' && fact.type !== 'StatementConflicted') continue;
    const { station, transaction = '', at, readings } = fact.statement;
    const content = `${station} ${transaction} ${at} ${readings[0]?.values[0]?.value ?? ''}`;
    places.set(content, [...(places.get(content) ?? []), `${stream}@${revision}`]);
  }
  return said.flatMap(({ event }) => {
    const found = places.get(contentOf(event)) ?? [];
    return found.length === 1 ? [] : [`I1: ${event.id} stands at ${found.length} places: ${found.join(' ')}`];
  });
}

function contentOf({ subject, time, data }: TestEvent): string {
  const { transaction, readings } = data as {
    readonly transaction: string;
    readonly readings: readonly { readonly values: readonly { readonly value: string }[] }[];
  };
  const [station = ''] = (subject as string).split('/');
  return `${station} ${transaction} ${time as string} ${readings[0]?.values[0]?.value ?? ''}`;
}

/** I3: each session's energy is what the meter gave, and energies and gaps make up the difference of the registers. */
export function untrue(sessions: readonly ReadRow[], truths: readonly Truth[]): readonly string[] {
  const energies = new Map(sessions.map(({ body }) => energyOf(body)));
  const told = truths.map((truth) => ({ ...truth, told: energies.get(`${truth.station} ${truth.transaction}`) }));
  const wrong = told.filter((session) => session.isWhole && session.told !== session.energyWh);
  return [
    ...wrong.map(
      (each) => `I3: ${each.station} ${each.transaction} gave ${each.energyWh} Wh, told is ${each.told ?? '?'}`,
    ),
    ...[...Map.groupBy(told, ({ station }) => station).values()].flatMap(unbalanced),
  ];
}

function energyOf(body: string): readonly [string, string | undefined] {
  const { station, transaction, assessment } = JSON.parse(body) as {
    readonly station: string;
    readonly transaction: string;
    readonly assessment?: Assessment;
  };
  return [`${station} ${transaction}`, assessment?.energyWh];
}

/** The sessions of one meter, in their order: what lies between them was given to nobody. */
function unbalanced(sessions: readonly (Truth & { readonly told: string | undefined })[]): readonly string[] {
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first === undefined || last === undefined || !sessions.every(({ isWhole }) => isWhole)) return [];
  const gaps = sessions.slice(1).map(({ startWh }, at) => new Exact(startWh).minus(sessions[at]?.endWh ?? '0'));
  const energies = sessions.map(({ told }) => new Exact(told ?? '0'));
  const sum = [...gaps, ...energies].reduce((total, part) => total.plus(part), new Exact(0));
  const whole = new Exact(last.endWh).minus(first.startWh);
  if (sum.eq(whole)) return [];
  return [`I3: the meter of ${first.station} gave ${whole.toFixed()} Wh, its sessions and gaps ${sum.toFixed()}`];
}

/** What strangers wrote on a topic of ours is answered by its place on the feed, not by its id in quarantine. */
export function isOfStranger(breach: string, receipts: readonly ReadRow[]): boolean {
  const id = /^I11: 0 verdicts on quarantined (.*)$/.exec(breach)?.[1];
  return receipts.some(({ columns }) => columns.message === id && columns.verdict === 'quarantined');
}

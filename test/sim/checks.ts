import type { ReadRow, RecordedEvent } from '@ledger/ports';
import type { Assessment } from '@ledger/session';
import { Exact } from '@ledger/units';

import type { TestEvent } from '../support/events';
import { standingsIn } from '../support/standing';
import type { Tables } from './engines/tables';
import type { Happening } from './happenings';
import type { Said } from './world/dialects';
import type { Engines } from './world/engines';
import type { Evidence, Truth } from './world/evidence';
import { LEDGER_GROUP } from './world/workers';

/** I1: each thing that was said stands in exactly one place, whatever ids it came under, and whatever was withdrawn. */
export function notOnce(facts: readonly RecordedEvent[], said: readonly Said[]): readonly string[] {
  const found = new Map<string, readonly string[]>();
  for (const { statement, places } of standingsIn(facts).values()) {
    const { station, kind, at, readings, register = readings[0]?.values[0]?.value ?? '' } = statement;
    const content = `${station} ${kind} ${at} ${register}`;
    found.set(content, [...(found.get(content) ?? []), ...places]);
  }
  return said.flatMap(({ event }) => {
    const places = found.get(contentOf(event)) ?? [];
    return places.length === 1 ? [] : [`I1: ${event.id} stands at ${places.length} places: ${places.join(' ')}`];
  });
}

function contentOf({ subject, type, time, data }: TestEvent): string {
  const { readings } = data as { readonly readings: readonly Reading[] };
  const [station = ''] = (subject as string).split('/');
  const [, , kind] = (type as string).split('.');
  return `${station} ${kind} ${time as string} ${readings[0]?.values[0]?.value ?? ''}`;
}

interface Reading {
  readonly values: readonly { readonly value: string }[];
}

/** What a session costs: what its energy and the prices published by now say, and nothing where no tariff holds. */
export function miscounted(tables: Tables, truths: readonly Truth[]): readonly string[] {
  const ids = new Map([...tables.table('sessions').values()].map((row) => [placeOf(row), row.id]));
  const charges = new Map([...tables.table('charges').values()].map((row) => [row.id, row]));
  return truths.flatMap((truth) => {
    const row = charges.get(ids.get(nameOf(truth)) ?? '');
    return row === undefined ? [] : miscountedIn(row, truth);
  });
}

function miscountedIn({ columns, body }: ReadRow, truth: Truth): readonly string[] {
  const { charge } = JSON.parse(body) as { readonly charge?: { readonly totalExclTax: string } };
  const { costs, isWhole } = truth;
  if (costs === undefined) {
    return charge === undefined ? [] : [`costs: ${nameOf(truth)} has no tariff and is charged`];
  }
  if (!isWhole || columns.state !== 'final') return [];
  if (charge !== undefined && new Exact(charge.totalExclTax).times(PARTS_OF_EUR).eq(`${costs}`)) return [];
  return [`costs: ${nameOf(truth)} costs ${costs}/${PARTS_OF_EUR} EUR, asked is ${charge?.totalExclTax ?? 'nothing'}`];
}

/** What a EUR has of the parts in which the truth is told. */
const PARTS_OF_EUR = 10_000;

function placeOf({ columns, sort }: ReadRow): string {
  return `${columns.station ?? ''} ${sort}`;
}

/** I3: each session's energy is what the meter gave, and energies and gaps make up the difference of the registers. */
export function untrue(sessions: readonly ReadRow[], truths: readonly Truth[]): readonly string[] {
  const energies = new Map(sessions.map((row) => [placeOf(row), energyOf(row.body)]));
  const told = truths.map((truth) => ({ ...truth, told: energies.get(nameOf(truth)) }));
  const wrong = told.filter((session) => session.isWhole && session.told !== session.energyWh);
  return [
    ...wrong.map((each) => `I3: ${nameOf(each)} gave ${each.energyWh} Wh, told is ${each.told ?? '?'}`),
    ...[...Map.groupBy(told, ({ station }) => station).values()].flatMap(unbalanced),
  ];
}

function nameOf({ station, startedAt }: Truth): string {
  return `${station} ${startedAt}`;
}

function energyOf(body: string): string | undefined {
  const { assessment } = JSON.parse(body) as { readonly assessment?: Assessment };
  return assessment?.energyWh;
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

/** What of the list of happenings the evidence holds, and what the ledger made of it. */
export function seenIn({ log, feed, tables }: Engines, { said, poison, hasReusedId }: Evidence): readonly Happening[] {
  const verdicts = new Set([...tables.table('receipts').values()].map(({ columns }) => columns.verdict ?? ''));
  const frames = new Set(said.map(({ frame }) => (frame?.['type'] as string | undefined)?.slice(0, 8)));
  const lastBook = log.events.findLast(({ type }) => type === 'TariffPublished' || type === 'LocationPublished');
  const firstClosed = log.events.find(({ type }) => type === 'SessionClosed');
  const isRatedAnew = lastBook !== undefined && firstClosed !== undefined && firstClosed.position < lastBook.position;
  const ledger = feed.group('meter-events', LEDGER_GROUP);
  const charges = [...tables.table('charges').values()];
  const seen: readonly (readonly [boolean, Happening])[] = [
    [ledger.hadTwoOwners, 'two owners at once'],
    [ledger.hasRedelivered, 'delivered again'],
    [frames.has('ocpp.1.6'), 'raw OCPP 1.6'],
    [frames.has('ocpp.2.0'), 'raw OCPP 2.0.1'],
    [poison.length > 0, 'poison'],
    [verdicts.has('inferred'), 'no transaction named'],
    [hasReusedId, 'transaction id used again'],
    [verdicts.has('duplicate'), 'duplicate'],
    [verdicts.has('conflicting'), 'conflicting'],
    [verdicts.has('late'), 'late'],
    [log.events.some(({ metadata }) => metadata.includes('"causation":"clock"')), 'closed by time'],
    [log.events.some(({ type }) => type === 'SessionAmended'), 'amended'],
    [isRatedAnew, 'price changed after a session'],
    [charges.some(({ columns }) => columns.state === 'unpriced'), 'no tariff'],
  ];
  return seen.flatMap(([isSeen, happening]) => (isSeen ? [happening] : []));
}

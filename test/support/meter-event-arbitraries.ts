import * as meter from '@ledger/meter';
import fc from 'fast-check';
import { receivedAt } from './raw-events';

type Members = Record<string, unknown>;

/** A value of a record's field that may be left out. */
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const word = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(max), '𝔘'.repeat(max)) },
  );

const offset = fc.constantFrom('Z', 'z', '+02:00', '-11:30', '+00:00');
const someInstant = fc
  .tuple(fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date(receivedAt), noInvalidDate: true }), offset)
  .chain(([date, zone]) => {
    const text = date.toISOString();
    return fc.constantFrom(`${text.slice(0, 19)}${zone}`, `${text.slice(0, 21)}${zone}`, text);
  });
const instant = fc.oneof(someInstant, fc.constantFrom('2024-02-29T00:00:00Z', '1970-01-01T00:00:00Z'));

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }), fc.nat({ max: 999_999 }))
  .chain(([units, fraction]) => fc.constantFrom(`${units}`, `${units}.${fraction}`));
const number = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.nat().map((n) => n / 1_000),
);

const meteredValue = fc.constantFrom(...meter.MEASURANDS).chain(([measurand, quantity]) =>
  fc.record({
    measurand: fc.constant(measurand),
    value: fc.oneof(decimal, number),
    unit: fc.constantFrom(...meter.UNITS[quantity].keys()),
    multiplier: optional(fc.integer({ min: -meter.MULTIPLIER_MAX, max: meter.MULTIPLIER_MAX })),
    phase: optional(fc.constantFrom(...meter.PHASES)),
    location: optional(fc.constantFrom(...meter.LOCATIONS)),
  }),
);

const signed = fc.record({
  format: word(meter.WORD_LENGTH_MAX),
  encoding: fc.constantFrom(...meter.SIGNED_ENCODINGS),
  data: fc.string({ minLength: 1 }),
  publicKey: optional(word(meter.PUBLIC_KEY_LENGTH_MAX)),
});

const reading = fc.record({
  at: instant,
  context: optional(fc.constantFrom(...meter.READING_CONTEXTS)),
  values: fc.array(meteredValue, { maxLength: 3 }),
  signed: optional(signed),
});

const token = fc.record({
  type: word(meter.TOKEN_TYPE_LENGTH_MAX),
  id: word(meter.TOKEN_ID_LENGTH_MAX),
  group: optional(word(meter.TOKEN_GROUP_LENGTH_MAX)),
});

const data = fc.record({
  transaction: word(meter.TRANSACTION_LENGTH_MAX),
  seqNo: optional(fc.oneof(fc.integer({ min: 0, max: meter.SEQ_NO_MAX }), fc.constantFrom(0, meter.SEQ_NO_MAX))),
  offline: optional(fc.boolean()),
  trigger: optional(word(meter.WORD_LENGTH_MAX)),
  chargingState: fc.constantFrom(...meter.CHARGING_STATES),
  stopReason: optional(word(meter.WORD_LENGTH_MAX)),
  token: optional(token),
  readings: optional(fc.array(reading, { maxLength: 2 })),
});

const attributes = {
  specversion: fc.constant('1.0'),
  id: word(meter.MESSAGE_ID_LENGTH_MAX),
  source: word(meter.SOURCE_LENGTH_MAX),
  subject: fc.constantFrom('ST-1', 'ST-1/1', 'ST-1/1/2', 'ß 𝔘/x/y', 'x'.repeat(meter.PLACE_LENGTH_MAX)),
};
const extensions = fc.constantFrom<Members>(
  {},
  {},
  {},
  { traceparent: '00-1' },
  { sequence: 4 },
  { a1: true },
  { b: null },
);

/** What can be wrong with a field, by its name; each place of an event is also tried with what is wrong nearly everywhere. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  time: badInstants(),
  at: badInstants(),
  value: [
    ...['1000000000000', '999999999999', '0999999999999'],
    ...[
      'NaN',
      'Infinity',
      '1e3',
      '+5',
      '05',
      '1.',
      '.5',
      '1,5',
      '0x10',
      ' 5',
      '1000000000000',
      '-0',
      '-0.0',
      '-1',
      '-0.5',
    ],
    ...[1e12, -1e12, 999_999_999_999, -1, -0.5, 0],
    `0.${'1'.repeat(meter.VALUE_FRACTION_DIGITS_MAX)}`,
    `0.${'1'.repeat(meter.VALUE_FRACTION_DIGITS_MAX + 1)}`,
  ],
  unit: ['kwh', 'W', 'Wh', '1'],
  measurand: ['Energy', 'SoC', 'Voltage', 'Energy.Active.Import.Register'],
  multiplier: [
    meter.MULTIPLIER_MAX,
    meter.MULTIPLIER_MAX + 1,
    -meter.MULTIPLIER_MAX,
    -meter.MULTIPLIER_MAX - 1,
    '3',
    0.5,
  ],
  seqNo: [-1, meter.SEQ_NO_MAX + 1, '4', 4.5],
  phase: ['L4', 'l1'],
  location: ['Roof'],
  context: ['Sample'],
  chargingState: ['Charging'],
  encoding: ['Base64'],
  offline: ['true', 0],
  specversion: ['0.3', 1],
  type: ['ledger.meter.updated.v2', 'ledger.meter.status.v1', 'ocpp.1.5.call.v1', 'ocpp.1.6.result.v1'],
  subject: ['/', 'a/', 'a//b', 'a/b/c/d', 'a/b/', 'a\t', 'x'.repeat(meter.PLACE_LENGTH_MAX + 1)],
  id: [...tooLong(meter.MESSAGE_ID_LENGTH_MAX), ...tooLong(meter.TOKEN_ID_LENGTH_MAX)],
  source: tooLong(meter.SOURCE_LENGTH_MAX),
  transaction: tooLong(meter.TRANSACTION_LENGTH_MAX),
  trigger: tooLong(meter.WORD_LENGTH_MAX),
  stopReason: tooLong(meter.WORD_LENGTH_MAX),
  format: tooLong(meter.WORD_LENGTH_MAX),
  action: tooLong(meter.WORD_LENGTH_MAX),
  group: tooLong(meter.TOKEN_GROUP_LENGTH_MAX),
  publicKey: tooLong(meter.PUBLIC_KEY_LENGTH_MAX),
  messageId: tooLong(meter.MESSAGE_ID_LENGTH_MAX),
  correlatesTo: tooLong(meter.MESSAGE_ID_LENGTH_MAX),
};
const ANYWHERE: readonly unknown[] = [undefined, undefined, null, true, 7, 1.5, '', [], {}, 'x\ny', 'x\u007f'];
const NEW_NAMES = ['meter', 'Upper', 'with_line', 'a/b~c', 'data_base64', 'list1', 'frame', 'payload'];

function tooLong(max: number): readonly string[] {
  return ['x'.repeat(max + 1), '𝔘'.repeat(max + 1), '𝔘'.repeat(max)];
}

function badInstants(): readonly string[] {
  const days = [
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-04-31T08:00:00Z',
    '2026-06-00T00:00:00Z',
  ];
  const hours = ['2026-06-01T24:00:00Z', '2026-06-01T08:60:00Z', '2026-06-01T08:00:60Z', '2026-06-01T23:59:60Z'];
  const forms = [
    '2026-06-01',
    '2026-06-01T08:00:00',
    '2026-06-01 08:00:00Z',
    '2026-06-01T08:00:00.Z',
    '2026-06-01T08:00Z',
  ];
  return [...days, ...hours, ...forms, '2026-06-01T08:00:00+25:00', '2026-06-01T08:00:00+02', '1970-01-01T00:00:00,5Z'];
}

interface Change {
  readonly place: number;
  readonly wrong: number;
  readonly kind: 'known' | 'anywhere' | 'new';
}
const changes = fc.array(
  fc.record({ place: fc.nat(), wrong: fc.nat(), kind: fc.constantFrom('known', 'known', 'known', 'anywhere', 'new') }),
  { maxLength: 2 },
) as fc.Arbitrary<readonly Change[]>;

/** Every member of every object in a value. */
function membersOf(value: unknown): (readonly [Members, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(membersOf);
  if (Array.isArray(value)) return inner;
  const members = value as Members;
  return [...Object.keys(members).map((name): readonly [Members, string] => [members, name]), ...inner];
}

function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(1, items.length)];
}

/** A member whose faults are known. Rare names get their turn as often as those that every reading has. */
function knownMember(
  all: readonly (readonly [Members, string])[],
  place: number,
): readonly [Members, string] | undefined {
  const names = [...new Set(all.map(([, name]) => name))].filter((name) => WRONG[name] !== undefined);
  const chosen = pick(names, place);
  return all.find(([, name]) => name === chosen);
}

/** The text of an event after the changes; without changes it is right. */
function changed(event: unknown, list: readonly Change[]): string {
  const copy: unknown = JSON.parse(JSON.stringify(event));
  for (const { place, wrong, kind } of list) {
    const all = membersOf(copy);
    const [members, name] = (kind === 'known' ? knownMember(all, place) : pick(all, place)) ?? [];
    if (members === undefined || name === undefined) continue;
    if (kind === 'new') members[pick(NEW_NAMES, wrong) ?? ''] = 1;
    else members[name] = pick(kind === 'known' ? (WRONG[name] ?? []) : ANYWHERE, wrong);
  }
  return JSON.stringify(copy);
}

/** A normalised event, right or with a fault or two, as text. */
export const normalisedEvent = fc
  .constantFrom('started', 'updated', 'ended', 'status')
  .chain((kind) => fc.record({ ...attributes, type: fc.constant(`ledger.meter.${kind}.v1`), time: instant, data }))
  .chain((event) =>
    fc.tuple(extensions, changes).map(([extension, list]) => changed({ ...event, ...extension }, list)),
  );

const meterValue = [{ timestamp: '2026-06-01T08:00:00Z', sampledValue: [{ value: '1' }] }];
const FRAMES = {
  call: [2, 'm', 'MeterValues', { connectorId: 1, evseId: 1, meterValue }],
  result: [3, 'm', { status: 'Accepted' }],
  error: [4, 'm', 'NotSupported', '', {}],
} as const;

/** A raw event, right or with a fault or two in its wrapping, as text. */
export const rawFrame = fc
  .tuple(fc.constantFrom('1.6', '2.0.1', '2.1'), fc.constantFrom('call' as const, 'result' as const, 'error' as const))
  .chain(([version, kind]) => {
    const whole = fc.record({ frame: fc.constant(JSON.stringify(FRAMES[kind])) });
    const apart = fc.record({
      messageId: word(meter.MESSAGE_ID_LENGTH_MAX),
      action: kind === 'call' ? fc.constant('MeterValues') : optional(fc.constant('Heartbeat')),
      payload: fc.constant({}),
      correlatesTo: optional(word(meter.MESSAGE_ID_LENGTH_MAX)),
    });
    const type = fc.constant(`ocpp.${version}.${kind}.v1`);
    return fc
      .tuple(fc.record({ ...attributes, type, data: fc.oneof(whole, apart) }), extensions, changes)
      .map(([event, extension, list]) => changed({ ...event, ...extension }, list));
  });

import * as meter from '@ledger/meter';
import fc from 'fast-check';
import { receivedAt } from './raw-events';

/** Mostly the right thing, now and then a wrong one, now and then nothing. */
function mostly(right: fc.Arbitrary<unknown>, wrong: readonly unknown[] = [], absence = 1): fc.Arbitrary<unknown> {
  const anything = fc.constantFrom<unknown>(null, true, 7, 1.5, '', [], {}, 'x\ny', ...wrong);
  return fc.oneof(
    { weight: 120, arbitrary: right },
    { weight: 1, arbitrary: anything },
    { weight: absence, arbitrary: fc.constant(undefined) },
  );
}

const word = (max: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(max), '𝔘'.repeat(max)) },
  );
const id = (max: number, absence = 1): fc.Arbitrary<unknown> =>
  mostly(word(max), ['x'.repeat(max + 1), '𝔘'.repeat(max + 1)], absence);
const whole = (min: number, max: number): fc.Arbitrary<unknown> =>
  mostly(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)), [min - 1, max + 1, '4', 4.5], 40);
const oneOf = (words: Iterable<string>, absence = 40): fc.Arbitrary<unknown> =>
  mostly(fc.constantFrom(...words), ['Charging', 'L4', 'other'], absence);

const offset = fc.constantFrom('Z', 'z', '+02:00', '-11:30', '+00:00');
const instant = fc
  .tuple(fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date(receivedAt), noInvalidDate: true }), offset)
  .chain(([date, zone]) => {
    const text = date.toISOString();
    return fc.constantFrom(`${text.slice(0, 19)}${zone}`, `${text.slice(0, 21)}${zone}`, text);
  });
const badInstants = [
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-06-01',
  '2026-06-01T08:00:00',
  '2026-06-01 08:00:00Z',
  '2026-06-01T24:00:00Z',
  '2026-06-01T08:60:00Z',
  '2026-06-01T08:00:60Z',
  '2026-06-01T08:00:00.Z',
  '2026-06-01T08:00:00+25:00',
  '2026-13-01T08:00:00Z',
];
const moment = mostly(fc.oneof(instant, fc.constantFrom('2024-02-29T00:00:00Z', '1970-01-01T00:00:00Z')), badInstants);

const decimal = fc
  .tuple(fc.constantFrom('', '', '', '-'), fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }), fc.nat({ max: 999_999 }))
  .chain(([sign, units, fraction]) => fc.constantFrom(`${sign}${units}`, `${sign}${units}.${fraction}`));
const wrongDecimals = [
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
];
const number = fc.oneof(
  fc.integer({ min: -2_000, max: 1_000_000 }),
  fc.integer().map((n) => n / 1_000),
);
const value = mostly(fc.oneof({ weight: 4, arbitrary: decimal }, { weight: 1, arbitrary: number }), [
  ...wrongDecimals,
  1e12,
  -1e12,
  999_999_999_999,
]);

const meteredValue = fc.constantFrom(...meter.MEASURANDS).chain(([measurand, quantity]) =>
  fc.record({
    measurand: mostly(fc.constant(measurand), ['Energy']),
    value,
    unit: mostly(fc.constantFrom(...meter.UNITS[quantity].keys()), ['kwh', 'W', 'Wh'], 4),
    multiplier: whole(-meter.MULTIPLIER_MAX, meter.MULTIPLIER_MAX),
    phase: oneOf(meter.PHASES),
    location: oneOf(meter.LOCATIONS),
    unknown: fc.oneof({ weight: 300, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(1) }),
  }),
);

const signed = fc.record({
  format: id(meter.WORD_LENGTH_MAX),
  encoding: oneOf(meter.SIGNED_ENCODINGS, 1),
  data: mostly(fc.string({ minLength: 1 }), ['x'.repeat(meter.SIGNED_DATA_LENGTH_MAX + 1)]),
  publicKey: id(meter.PUBLIC_KEY_LENGTH_MAX, 40),
});

const reading = fc.record({
  at: moment,
  context: oneOf(meter.READING_CONTEXTS),
  values: mostly(fc.array(meteredValue, { maxLength: 3 })),
  signed: mostly(signed, [], 300),
});

const token = fc.record({
  type: id(meter.TOKEN_TYPE_LENGTH_MAX),
  id: id(meter.TOKEN_ID_LENGTH_MAX),
  group: id(meter.TOKEN_GROUP_LENGTH_MAX, 40),
});

const data = fc.record({
  transaction: id(meter.TRANSACTION_LENGTH_MAX, 8),
  seqNo: whole(0, meter.SEQ_NO_MAX),
  offline: mostly(fc.boolean(), ['true'], 40),
  trigger: id(meter.WORD_LENGTH_MAX, 40),
  chargingState: oneOf(meter.CHARGING_STATES, 10),
  stopReason: id(meter.WORD_LENGTH_MAX, 40),
  token: mostly(token, [], 100),
  readings: mostly(fc.array(reading, { maxLength: 3 }), [], 20),
  meter: fc.oneof({ weight: 300, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('M') }),
});

const subject = mostly(fc.constantFrom('ST-1', 'ST-1/1', 'ST-1/1/2', 'ß 𝔘/x/y', 'x'.repeat(meter.PLACE_LENGTH_MAX)), [
  '/',
  'a/',
  'a//b',
  'a/b/c/d',
  'a/b/',
  'x'.repeat(meter.PLACE_LENGTH_MAX + 1),
]);

const attributes = {
  specversion: mostly(fc.constant('1.0'), ['0.3', 1]),
  id: id(meter.MESSAGE_ID_LENGTH_MAX),
  source: id(meter.SOURCE_LENGTH_MAX),
  subject,
};

const extensions = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  { weight: 6, arbitrary: fc.constantFrom({ traceparent: '00-1' }, { sequence: 4 }, { a1: true }, { b: null }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { Upper: 1 },
      { with_line: 1 },
      { 'a/b~c': 1 },
      { list: [] },
      { map: {} },
      { data_base64: '' },
    ),
  },
);

/** The kinds of normalised events. */
export const kinds = ['started', 'updated', 'ended', 'status'] as const;

/** A normalised event, mostly right, as the kind it claims and its text. */
export const normalisedEvent = fc.constantFrom(...kinds).chain((kind) =>
  fc
    .tuple(
      fc.record({
        ...attributes,
        type: mostly(fc.constant(`ledger.meter.${kind}.v1`), ['ledger.meter.updated.v2']),
        time: moment,
        data: mostly(data),
      }),
      extensions,
    )
    .map(([event, extension]) => ({ kind, text: JSON.stringify({ ...event, ...extension }) })),
);

const payload = {
  connectorId: 1,
  transactionId: 4,
  meterValue: [{ timestamp: '2026-06-01T08:00:00Z', sampledValue: [{ value: '1' }] }],
};
const frame = (parts: readonly unknown[]): string => JSON.stringify(parts);
const frames = {
  call: frame([2, 'm', 'MeterValues', payload]),
  result: frame([3, 'm', { status: 'Accepted' }]),
  error: frame([4, 'm', 'NotSupported', '', {}]),
};
const rawData = (kind: keyof typeof frames): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.record({
      messageId: id(meter.MESSAGE_ID_LENGTH_MAX),
      action: mostly(fc.constant('MeterValues'), ['x'.repeat(meter.WORD_LENGTH_MAX + 1)], kind === 'call' ? 1 : 40),
      payload: mostly(fc.constant(payload), [], 4),
      correlatesTo: id(meter.MESSAGE_ID_LENGTH_MAX, 40),
      body: fc.oneof({ weight: 60, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(1) }),
    }),
    fc.record({
      frame: fc.constant(frames[kind]),
      messageId: fc.oneof(
        { weight: 10, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant('m') },
      ),
    }),
  );
/** A raw event whose wrapping is mostly right, as text. */
export const rawFrame = fc
  .tuple(fc.constantFrom('1.6', '2.0.1', '2.1'), fc.constantFrom('call' as const, 'result' as const, 'error' as const))
  .chain(([version, kind]) =>
    fc
      .tuple(
        fc.record({
          ...attributes,
          type: mostly(fc.constant(`ocpp.${version}.${kind}.v1`), ['ocpp.1.5.call.v1']),
          data: mostly(rawData(kind)),
        }),
        extensions,
      )
      .map(([event, extension]) => JSON.stringify({ ...event, ...extension })),
  );

import { meterEvent } from './events';
import type { TestEvent } from './events';

const DAY_MS = 86_400_000;

/** A message with a fault, the code that it gets, and the place of the fault. */
interface Hostile {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly pointer: string;
}

let made = 0;
/** A message of its own, right unless the changes make it wrong. */
export function event(changes: Readonly<Record<string, unknown>> = {}): TestEvent {
  made += 1;
  const words = { transaction: `tx-${made}`, kind: 'started', at: '2026-05-01T08:00:00Z', registerWh: '100' } as const;
  return { ...meterEvent({ ...words, id: `message-${made}`, data: { seqNo: 0 } }), ...changes };
}

function metered(shown: Readonly<Record<string, unknown>>): TestEvent {
  const values = [{ measurand: 'Energy.Active.Import.Register', value: '100', unit: 'Wh', ...shown }];
  const readings = [{ at: '2026-05-01T08:00:00Z', values }];
  return event({ data: { transaction: `tx-${made + 1}`, seqNo: 0, readings } });
}

const VALUE = '/data/readings/0/values/0';
const FAR = new Date(Date.now() + 40 * DAY_MS).toISOString();
/** What the reader of events refuses: well-formed JSON that cannot be true. */
export const IMPOSSIBLE: readonly Hostile[] = [
  { name: 'a wrong unit', text: json(metered({ unit: 'kw/h' })), code: 'unit-unknown', pointer: `${VALUE}/unit` },
  { name: 'no unit', text: json(metered({ unit: undefined })), code: 'unit-missing', pointer: `${VALUE}/unit` },
  { name: 'NaN', text: json(metered({ value: 'NaN' })), code: 'not-a-number', pointer: `${VALUE}/value` },
  {
    name: 'a negative register',
    text: json(metered({ value: '-5' })),
    code: 'negative-register',
    pointer: `${VALUE}/value`,
  },
  { name: 'a time in the future', text: json(event({ time: FAR })), code: 'at-in-future', pointer: '/time' },
  {
    name: 'an unknown type',
    text: json(event({ type: 'ledger.meter.burnt.v1' })),
    code: 'type-unknown',
    pointer: '/type',
  },
  {
    name: 'an unknown field',
    text: json(event({ data: { transaction: 'x', power: 1 } })),
    code: 'field-unknown',
    pointer: '/data/power',
  },
];
/** What the reader of JSON refuses. */
export const BROKEN: readonly Hostile[] = [
  { name: 'no JSON', text: '{"specversion":"1.0","id":', code: 'json-syntax', pointer: '/id' },
  { name: 'a bare NaN', text: '{"specversion":"1.0","id":"a","value":NaN}', code: 'json-syntax', pointer: '/value' },
  { name: 'a key twice', text: '{"specversion":"1.0","id":"a","id":"b"}', code: 'json-duplicate-key', pointer: '/id' },
  {
    name: 'deep nesting',
    text: `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    code: 'json-too-deep',
    pointer: '',
  },
  { name: 'a lone surrogate', text: '{"id":"\\ud800"}', code: 'json-lone-surrogate', pointer: '/id' },
  { name: 'too many bytes', text: `{"id":"${'x'.repeat(300_000)}"}`, code: 'json-too-large', pointer: '' },
];

/** JSON text. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

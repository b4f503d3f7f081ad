import type { MeteredValue, Reading, ReadingContext, Statement, StatementKind } from '@ledger/meter';
import { canon, isDecimalText, parseInstant, sha256Hex, type DecimalText, type Instant } from '@ledger/units';

/** What a test says about a statement; everything else is filled in. `at` may be a time of day on 2026-06-01. */
export interface Said extends Partial<Omit<Statement, 'at' | 'receivedAt' | 'register' | 'readings' | 'digest'>> {
  readonly kind: StatementKind;
  readonly at: string;
  readonly receivedAt?: string;
  readonly register?: string;
  readonly readings?: readonly Reading[];
}

/** An instant in a test: a whole one, or a time of day on 2026-06-01. @throws RangeError */
export function moment(text: string): Instant {
  const instant = parseInstant(/^\d\d:\d\d/.test(text) ? `2026-06-01T${text}Z` : text);
  if (instant === undefined) throw new RangeError(`${text} is no instant`);
  return instant;
}

/** A decimal in a test. @throws RangeError */
export function decimal(text: string): DecimalText {
  if (!isDecimalText(text)) throw new RangeError(`${text} is no decimal`);
  return text;
}

/** A whole statement for a test, with an identity and a digest as the readers of messages would give them. */
export function said(told: Said): Statement {
  const at = moment(told.at);
  const { register, readings = [], ...rest } = told;
  const content = {
    v: 1 as const,
    tenant: 'default',
    gateway: '/gateways/gw-1',
    station: 'ST-1',
    connector: '1',
    transaction: 'tx-1',
    ...rest,
    at,
    ...(register === undefined ? {} : { register: decimal(register) }),
    readings,
  };
  const { identity, messageId, receivedAt, ...digested } = { identity: undefined, messageId: undefined, ...content };
  const place = content.seqNo === undefined ? `${told.kind}/${at}` : `seq/${content.seqNo}`;
  return {
    ...content,
    messageId: messageId ?? `${told.kind}-${told.at}`,
    receivedAt: receivedAt === undefined ? at : moment(receivedAt),
    identity: identity ?? `${content.station}/${content.transaction}/${place}`,
    digest: sha256Hex(canon(digested)),
  };
}

/** A reading of the import register in Wh, or of other values. */
export function reading(
  at: string,
  values: string | readonly MeteredValue[],
  context: ReadingContext = 'Sample.Periodic',
): Reading {
  return { at: moment(at), context, values: typeof values === 'string' ? [value(values)] : values };
}

/** One value; by default of the import register in Wh. */
export function value(text: string, about: Partial<Omit<MeteredValue, 'value'>> = {}): MeteredValue {
  return { measurand: 'Energy.Active.Import.Register', unit: 'Wh', ...about, value: decimal(text) };
}

/** A start, with a begin register in Wh if one is given. */
export function started(at: string, wattHours?: string): Statement {
  const readings = wattHours === undefined ? [] : [reading(at, wattHours, 'Transaction.Begin')];
  return said({ kind: 'started', at, readings });
}

/** A sample of the register in Wh. */
export function sampled(at: string, wattHours: string): Statement {
  return said({ kind: 'updated', at, readings: [reading(at, wattHours)] });
}

/** An end, with an end register in Wh if one is given. */
export function ended(at: string, wattHours?: string): Statement {
  const readings = wattHours === undefined ? [] : [reading(at, wattHours, 'Transaction.End')];
  return said({ kind: 'ended', at, readings });
}

/** The key of the session that `said` speaks of. */
export const KEY = { session: 'session-under-test', tenant: 'default', station: 'ST-1', transaction: 'tx-1' };

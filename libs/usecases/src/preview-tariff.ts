import { Unpriceable, computeCharge } from '@ledger/tariff';
import type { ComputedCharge, Tariff } from '@ledger/tariff';
import type { Assessment } from '@ledger/session';
import { Exact, dateOfDay, decimalText, millisOf, zoneOf } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';

import type { Book } from './book';
import type { QueryPorts } from './queries';
import { rowsOf } from './records';
import { readRecord } from './session-record';
import { ratedNow } from './session-view';

/** A proposed tariff, and the closed sessions to try it on. Its own validity is not asked: it is meant for other days. */
export interface PreviewQuestion {
  readonly tenant: string;
  readonly tariff: Tariff;
  readonly where?: { readonly station?: string; readonly location?: string };
  /** Sessions that began at or after this moment … */
  readonly from?: Instant;
  /** … and before this one. */
  readonly to?: Instant;
}

/** Money of one session under one tariff. */
export interface PreviewAmount {
  readonly currency: string;
  readonly tariff: string;
  readonly exclTax: DecimalText;
  readonly inclTax: DecimalText;
}

/** One session under the tariff that holds now and under the proposed one. */
export interface PreviewedSession {
  readonly session: string;
  readonly station: string;
  /** Local month in which it began, `2026-06`. */
  readonly month: string;
  readonly energyWh?: DecimalText;
  readonly now?: PreviewAmount;
  readonly proposed?: PreviewAmount;
  /** Proposed minus now, with taxes; absent where one of them is, or where the currencies differ. */
  readonly difference?: DecimalText;
  /** Why there is no difference. */
  readonly because?: string;
}

/** Sums over the sessions that can be compared. */
export interface PreviewTotals {
  /** The station or month; empty for all. */
  readonly key: string;
  readonly currency: string;
  readonly sessions: number;
  /** Of these, sessions with an amount under both tariffs. */
  readonly compared: number;
  readonly nowInclTax: DecimalText;
  readonly proposedInclTax: DecimalText;
  readonly difference: DecimalText;
}

/** Prices a proposed tariff over the stored history, session by session, oldest first. Stores nothing. */
export async function* previewTariff(
  ports: Pick<QueryPorts, 'model' | 'bookOf'>,
  question: PreviewQuestion,
): AsyncIterable<PreviewedSession> {
  const { tenant, where, from, to, tariff } = question;
  const book = await ports.bookOf(tenant);
  const rows = rowsOf(ports.model, {
    table: 'sessions',
    tenant,
    order: 'oldest-first',
    ...(where === undefined ? {} : { where }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  for await (const { body } of rows) {
    const record = readRecord(body);
    if (record.assessment !== undefined) yield previewOf(book, record, { assessment: record.assessment, tariff });
  }
}

function previewOf(
  book: Book,
  record: Parameters<typeof ratedNow>[1],
  { assessment, tariff }: { readonly assessment: Assessment; readonly tariff: Tariff },
): PreviewedSession {
  const rated = ratedNow(book, record, assessment);
  const proposed = proposedFor(assessment, tariff, rated.timeZone);
  const { energyWh } = assessment;
  const zone = zoneOf(rated.timeZone);
  const day = zone?.localAt(millisOf(assessment.startedAt)).day ?? 0;
  return {
    session: record.id,
    station: record.station,
    month: dateOfDay(day).slice(0, 7),
    ...(energyWh === undefined ? {} : { energyWh }),
    ...comparison(rated.charge ?? rated.because ?? 'The session has no price now.', proposed),
  };
}

/** What the session would cost, or why it cannot be priced. */
function proposedFor(assessment: Assessment, tariff: Tariff, zone: string): ComputedCharge | string {
  if (assessment.energy === 'unmetered') return 'The statements do not tell how much energy was delivered.';
  const { session, startedAt, endedAt, periods, v } = assessment;
  try {
    const metered = { startedAt, endedAt, periods };
    return computeCharge({ session, metered, tariff, zone, versions: { assessment: v } });
  } catch (error) {
    if (error instanceof Unpriceable) return `The session cannot be priced: ${error.message}.`;
    throw error;
  }
}

type Comparison = Pick<PreviewedSession, 'now' | 'proposed' | 'difference' | 'because'>;

function comparison(now: ComputedCharge | string, proposed: ComputedCharge | string): Comparison {
  const amounts = {
    ...(typeof now === 'string' ? {} : { now: amountOf(now) }),
    ...(typeof proposed === 'string' ? {} : { proposed: amountOf(proposed) }),
  };
  if (typeof proposed === 'string') return { ...amounts, because: proposed };
  if (typeof now === 'string') return { ...amounts, because: now };
  if (now.currency !== proposed.currency) {
    return { ...amounts, because: `It is paid in ${now.currency} now and would be in ${proposed.currency}.` };
  }
  return { ...amounts, difference: decimalText(new Exact(proposed.totalInclTax).minus(now.totalInclTax)) };
}

function amountOf({ currency, tariff, totalExclTax, totalInclTax }: ComputedCharge): PreviewAmount {
  return { currency, tariff: tariff.id, exclTax: totalExclTax, inclTax: totalInclTax };
}

/** Adds previewed sessions up, by the key that is asked for and by currency. */
export class PreviewSums {
  private readonly sums = new Map<string, Sum>();

  constructor(private readonly keyOf: (session: PreviewedSession) => string) {}

  add(session: PreviewedSession): void {
    const key = this.keyOf(session);
    const currency = currencyOf(session);
    const name = JSON.stringify([key, currency]);
    const held = this.sums.get(name) ?? { key, currency, sessions: 0, compared: 0, now: ZERO, proposed: ZERO };
    const sum = { ...held, sessions: held.sessions + 1 };
    this.sums.set(name, session.difference === undefined ? sum : withAmounts(sum, session));
  }

  /** In order of key and currency. */
  totals(): readonly PreviewTotals[] {
    return [...this.sums.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { now, proposed, ...rest }]) => ({
        ...rest,
        nowInclTax: decimalText(now),
        proposedInclTax: decimalText(proposed),
        difference: decimalText(proposed.minus(now)),
      }));
  }
}

function currencyOf({ proposed, now }: PreviewedSession): string {
  return proposed?.currency ?? now?.currency ?? '';
}

function withAmounts(sum: Sum, { now, proposed }: PreviewedSession): Sum {
  return {
    ...sum,
    compared: sum.compared + 1,
    now: sum.now.plus(now?.inclTax ?? '0'),
    proposed: sum.proposed.plus(proposed?.inclTax ?? '0'),
  };
}

interface Sum {
  readonly key: string;
  readonly currency: string;
  readonly sessions: number;
  readonly compared: number;
  readonly now: Exact;
  readonly proposed: Exact;
}

const ZERO = new Exact(0);

import type { ChargedLines } from '@ledger/tariff';
import type { ChargeView, SessionView } from '@ledger/usecases';

/** A session as lines for a person. */
export function describeSession(session: SessionView): readonly string[] {
  const { id, station, transaction, status, startedAt = '?', endedAt = 'still running', timeZone, charge } = session;
  const energy = session.energyWh === undefined ? 'not known' : `${session.energyWh} Wh`;
  const registers =
    session.registerStartWh === undefined
      ? ''
      : ` (register ${session.registerStartWh} to ${session.registerEndWh ?? '?'} Wh)`;
  const money =
    charge.totalInclTax === undefined
      ? charge.state
      : `${charge.totalInclTax} ${charge.currency ?? ''} (${charge.state})`;
  return [
    `session      ${id}`,
    `station      ${station}${session.connector === undefined ? '' : `, connector ${session.connector}`}, transaction ${transaction}`,
    `status       ${status}, ${session.statements} statements`,
    `time         ${startedAt} to ${endedAt} (${timeZone})`,
    `energy       ${energy}${registers}`,
    `seconds      charging ${session.chargingSeconds}, idle ${session.idleSeconds}, suspended by the station ${session.suspendedSeconds}`,
    `cost         ${money}${charge.because === undefined ? '' : `: ${charge.because}`}`,
    ...session.holds.map(({ rule, because }) => `held         ${rule}: ${because}`),
    ...session.findings.map(({ code, because }) => `finding      ${code}: ${because}`),
  ];
}

/** A charge as lines for a person: every line with its reason, the taxes, the totals. */
export function describeCharge(view: ChargeView): readonly string[] {
  const { session, state, because, charge, holds } = view;
  const head = [
    `charge       ${view.id}`,
    `session      ${session}`,
    `state        ${state}${because === undefined ? '' : `: ${because}`}`,
  ];
  const held = holds.map(({ rule, because: why }) => `held         ${rule}: ${why}`);
  if (charge === undefined) return [...head, ...held];
  return [
    ...head,
    ...held,
    `tariff       ${charge.tariff.id}, version ${charge.tariff.version}`,
    '',
    ...describeLines(charge),
    '',
    ...describeTotals(charge),
    ...charge.notes.map(({ code, because: why }) => `  note: ${code}: ${why}`),
  ];
}

/** The lines of a charge for a person, each with its reason. */
export function describeLines({ currency, lines, totalInclTax }: ChargedLines): readonly string[] {
  const amount = Math.max(...lines.map(({ inclTax }) => inclTax.length), totalInclTax.length);
  return lines.flatMap(({ dimension, billed, unit, price, inclTax, because }) => [
    `  ${dimension.padEnd(16)} ${`${billed} ${unit}`.padStart(18)} × ${price.padEnd(8)} ${inclTax.padStart(amount)} ${currency}`,
    `      ${because}`,
  ]);
}

function describeTotals({ currency, lines, taxes, totalExclTax, totalInclTax }: ChargedLines): readonly string[] {
  const amount = Math.max(...lines.map(({ inclTax }) => inclTax.length), totalInclTax.length);
  return [
    `  without taxes ${totalExclTax.padStart(amount)} ${currency}`,
    ...taxes.map(
      ({ name, rate, amount: tax }) =>
        `  ${`${name}${rate === undefined ? '' : ` ${rate} %`}`.padEnd(13)} ${tax.padStart(amount)} ${currency}`,
    ),
    `  total         ${totalInclTax.padStart(amount)} ${currency}`,
  ];
}

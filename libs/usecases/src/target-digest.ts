import type { ReadQueries } from '@ledger/ports';
import type { Assessment } from '@ledger/session';
import { canon, sha256Stream } from '@ledger/units';
import type { CanonicalText, Digest } from '@ledger/units';

import { rowsOf } from './records';
import { readRecord } from './session-record';

/** What one session ought to be billed, as two lines of canonical bytes: the final assessment and the computed charge. */
export interface Target {
  readonly session: string;
  readonly assessment: CanonicalText;
  readonly charge: CanonicalText;
}

/** The running digest over targets, which must come in order of session id. */
export interface TargetDigest {
  add(target: Target): void;
  hex(): Digest;
}

/**
 * The digest of `interfaces.md`, section 4: SHA-256 over the canonical bytes of every final assessment and computed
 * charge, in order of session id, one a line. It says what ought to be billed, never when or how often.
 */
export function targetDigest(): TargetDigest {
  const running = sha256Stream();
  return {
    add: ({ assessment, charge }) => {
      running.update(`${assessment}\n${charge}\n`);
    },
    hex: () => running.hex(),
  };
}

/** The target of a session out of its assessment and what `chargeBody` wrote. */
export function targetOf(assessment: Assessment, charge: string): Target {
  return { session: assessment.session, assessment: canon(assessment), charge: charge as CanonicalText };
}

/** The targets that the read model holds, in order of session id; provisional and open sessions have none yet. */
export async function* storedTargets(model: ReadQueries, tenant: string): AsyncIterable<Target> {
  const charges = rowsOf(model, { table: 'charges', tenant, order: 'by-id' })[Symbol.asyncIterator]();
  for await (const row of rowsOf(model, { table: 'sessions', tenant, order: 'by-id' })) {
    const record = readRecord(row.body);
    if (record.assessment === undefined) continue;
    const charge = await charges.next();
    if (charge.done === true || charge.value.id !== row.id) throw new ChargeMissing(row.id);
    if (record.status === 'closed') yield targetOf(record.assessment, charge.value.body);
  }
}

/** A closed session without its row of charges: the read model is damaged and has to be rebuilt. */
export class ChargeMissing extends Error {
  readonly code = 'charge-missing';
  constructor(readonly session: string) {
    super(`session ${session} is closed and has no charge; rebuild the read model`);
  }
}

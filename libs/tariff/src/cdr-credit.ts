import type { Instant, JsonObject } from '@ledger/units';
import { isJsonObject, writeJson } from '@ledger/units';
import { cdrObject } from './cdr';
import type { CdrQuestion } from './cdr';
import { negatedPrice } from './cdr-amounts';
import { isCiString } from './cdr-json';
import type { OcpiVersion, TariffFinding } from './tariff';

/** Longest id of a credit CDR; three more characters than other ids (OCPI 2.3.0, CDRs, section 10.3.1). */
export const CREDIT_ID_MAX = 39;

/** The id of a credit, and when it was made. */
export interface CreditMark {
  readonly id: string;
  readonly lastUpdated: Instant;
}

/**
 * The credit of a CDR: everything of the original, another id, and the total with the opposite sign (OCPI 2.3.0, CDRs,
 * section 10.1.1). @throws RangeError for an original that is a credit itself, and for an id that is none or the original's
 */
export function creditCdr(original: JsonObject, { id, lastUpdated }: CreditMark): JsonObject {
  const { id: of, total_cost: total, credit } = original;
  if (typeof of !== 'string' || !isJsonObject(total) || credit === true) {
    throw new RangeError('only a CDR that is no credit itself can be credited');
  }
  if (!isCiString(id, CREDIT_ID_MAX) || id === of) {
    throw new RangeError(`a credit has an id of its own, of at most ${CREDIT_ID_MAX} printable characters`);
  }
  return {
    ...original,
    id,
    total_cost: negatedPrice(total),
    credit: true,
    credit_reference_id: of,
    last_updated: lastUpdated,
  };
}

/** What undoes a CDR: nothing where the amended charge says the same, else its credit and the CDR in its place. */
export type CdrCorrection =
  | { readonly status: 'unchanged' }
  | { readonly status: 'corrected'; readonly credit: JsonObject; readonly replacement: JsonObject }
  | { readonly status: 'refused'; readonly findings: readonly TariffFinding[] };

/**
 * Corrects a CDR that a partner has, after its charge was amended: a CDR is never changed, so it is credited as it was sent, and
 * the amended charge becomes a CDR with an id of its own. Money and evidence decide whether anything changed, not the moment
 * of the change. @throws RangeError as `creditCdr` and `cdrObject`
 */
export function correctedCdr(
  original: JsonObject,
  amended: { readonly id: string; readonly question: CdrQuestion; readonly credit: CreditMark },
  version: OcpiVersion,
): CdrCorrection {
  const made = cdrObject(amended.id, amended.question, version);
  if (!made.ok) return { status: 'refused', findings: made.findings };
  if (saysSame(original, made.object)) return { status: 'unchanged' };
  if (amended.id === original['id']) throw new RangeError('the CDR in place of another one has an id of its own');
  return { status: 'corrected', credit: creditCdr(original, amended.credit), replacement: made.object };
}

function saysSame(one: JsonObject, other: JsonObject): boolean {
  return said(one) === said(other);
}

/** What a CDR says, as `cdrObject` writes it, without its id and the moment of its last change. */
function said({ id: _, last_updated: __, ...content }: JsonObject): string {
  return writeJson(content);
}

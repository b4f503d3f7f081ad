import type { Instant, JsonObject } from '@ledger/units';
import type { ComputedCharge } from './charge';
import { partCosts, totalCost } from './cdr-amounts';
import { isCiString, members, printable } from './cdr-json';
import { NOT_AVAILABLE, cdrLocation, connectorOf, connectorUnknown, partyOf } from './cdr-location';
import type { CdrPlace, RoamingOutcome } from './cdr-location';
import { cdrPeriods } from './cdr-periods';
import { ocpiTariff } from './cdr-tariff';
import type { OcpiParty } from './cdr-tariff';
import type { Location } from './location';
import type { Metered } from './metered';
import { cut } from './price';
import { DEFAULT_READINGS } from './readings';
import type { OcpiVersion, Tariff, TariffFinding } from './tariff';
import { tariffDigest } from './tariff-json';

/** Longest id of a CDR that is no credit, as of other objects: what a reconciliation record can name. */
export const CDR_ID_MAX = 36;
/** Longest signed data, in Base64, that an OCPI object can carry (OCPI 2.2.1, CDRs, section 10.4.8, SignedValue). */
export const SIGNED_TEXT_MAX = 5_000;
/** Longest plain text beside signed data (the same section); a longer one is cut. */
export const PLAIN_TEXT_MAX = 512;

/** One signed meter value: the record as it was signed, and what it says in clear. */
export interface SignedValue {
  readonly nature: 'Start' | 'End' | 'Intermediate';
  readonly plainData: string;
  /** Base64. */
  readonly signedData: string;
}

/** Signed meter values of a session, such as OCMF records. */
export interface SignedData {
  readonly encodingMethod: string;
  readonly publicKey?: string;
  readonly values: readonly SignedValue[];
}

/** A session as roaming objects are made of it: evidence and place, no personal value but the random subject id. */
export interface RoamingSession extends CdrPlace, Metered {
  readonly id: string;
  readonly subject?: string;
  /** `open` while more may come; `ended` once nothing changes without new evidence. */
  readonly state: 'open' | 'ended';
  readonly lastUpdated: Instant;
}

/** What one CDR or Session object is made of. */
export interface CdrQuestion {
  readonly session: RoamingSession;
  readonly charge: ComputedCharge;
  /** The tariff version that the charge names. */
  readonly tariff: Tariff;
  readonly location: Location;
  readonly signed?: SignedData;
  /** Why signed values are missing, as a sentence for the receiver. */
  readonly signedNote?: string;
}

/**
 * The CDR of an ended session and its charge (OCPI 2.2.1, CDRs, section 10.3.1; OCPI 2.3.0, CDRs, section 10.3.1), or what its location
 * lacks. The token is a reference: `uid` is the subject id, `contract_id` is `#NA`, and the owner is the operator, because
 * the ledger keeps no clear token. @throws RangeError when the tariff is not the one that the charge names
 */
export function cdrObject(id: string, question: CdrQuestion, version: OcpiVersion): RoamingOutcome {
  const { session, charge, tariff, location } = question;
  const place = cdrLocation(location, session, version);
  const party = partyOf(location);
  const findings = [...ownerFindings(party), ...(place.ok ? [] : place.findings), ...idFindings(id, session)];
  if (findings.length > 0 || !place.ok || party === undefined) return { ok: false, findings };
  const listed = ocpiTariff(tariff, version, party);
  const periods = periodsOf(question, listed === undefined ? undefined : tariff.id);
  const evidence = evidenceOf(question);
  const object = members({
    ...ownerOf(party),
    id,
    start_date_time: session.startedAt,
    end_date_time: session.endedAt,
    session_id: session.id,
    cdr_token: tokenOf(session, party),
    auth_method: AUTH_METHOD,
    cdr_location: place.object,
    currency: charge.currency,
    tariffs: listed === undefined ? undefined : [listed],
    charging_periods: periods.periods,
    signed_data: evidence.signedData,
    total_cost: totalCost(charge, version),
    ...partCosts(charge, tariff, version),
    total_energy: periods.totalEnergy,
    total_time: periods.totalTime,
    total_parking_time: periods.totalParkingTime,
    remark: remarkOf([...(listed === undefined ? [TARIFF_LEFT_OUT] : []), ...evidence.notes]),
    last_updated: session.lastUpdated,
  });
  return { ok: true, object };
}

/**
 * The Session object of a session (OCPI 2.2.1, Sessions, section 9.3.1; OCPI 2.3.0, Sessions, section 9.3.1), or what is missing. An open
 * session shows its running cost; a session whose charge is held shows none, and stays ACTIVE until somebody answers.
 */
export function sessionObject(question: CdrQuestion, version: OcpiVersion, isHeld = false): RoamingOutcome {
  const { session, charge, tariff, location } = question;
  const party = partyOf(location);
  const connector = connectorOf(location, session);
  const findings = [
    ...ownerFindings(party),
    ...idFindings(session.id, session),
    ...(connector === undefined ? [connectorUnknown(location, session)] : []),
  ];
  if (findings.length > 0 || party === undefined || connector === undefined) return { ok: false, findings };
  const listed = ocpiTariff(tariff, version, party);
  const periods = periodsOf(question, listed === undefined ? undefined : tariff.id);
  const isEnded = session.state === 'ended';
  const object = members({
    ...ownerOf(party),
    id: session.id,
    start_date_time: session.startedAt,
    end_date_time: isEnded ? session.endedAt : undefined,
    kwh: periods.totalEnergy,
    cdr_token: tokenOf(session, party),
    auth_method: AUTH_METHOD,
    location_id: location.id,
    evse_uid: connector.evseUid,
    connector_id: connector.connectorId,
    currency: charge.currency,
    charging_periods: periods.periods,
    total_cost: isHeld ? undefined : totalCost(charge, version),
    status: statusOf(isEnded, isHeld),
    last_updated: session.lastUpdated,
  });
  return { ok: true, object };
}

function statusOf(isEnded: boolean, isHeld: boolean): 'ACTIVE' | 'COMPLETED' {
  return isEnded && !isHeld ? 'COMPLETED' : 'ACTIVE';
}

/** How a driver was authorised is not part of the evidence: no request to a partner is known of. */
const AUTH_METHOD = 'WHITELIST';

function periodsOf({ session, charge, tariff, location }: CdrQuestion, tariffId: string | undefined): Periods {
  if (tariffDigest(tariff) !== charge.tariff.digest) {
    throw new RangeError(`the charge of session ${session.id} names another version of tariff ${tariff.id}`);
  }
  const list = cut(session, tariff, location.timeZone, charge.readings ?? DEFAULT_READINGS);
  return cdrPeriods(list, session, tariffId);
}

type Periods = ReturnType<typeof cdrPeriods>;

function ownerOf({ countryCode, partyId }: OcpiParty): { country_code: string; party_id: string } {
  return { country_code: countryCode, party_id: partyId };
}

function ownerFindings(party: OcpiParty | undefined): TariffFinding[] {
  if (party !== undefined) return [];
  const because = 'the location names no country_code and party_id, so nobody owns its sessions';
  return [{ code: 'missing', pointer: '/party_id', because }];
}

function idFindings(id: string, session: RoamingSession): readonly TariffFinding[] {
  if (isCiString(id, CDR_ID_MAX) && isCiString(session.id, CDR_ID_MAX)) return [];
  return [{ code: 'id-invalid', pointer: '/id', because: 'an OCPI id is printable ASCII of at most 36' }];
}

function tokenOf({ subject }: RoamingSession, party: OcpiParty): JsonObject {
  const uid = isCiString(subject, 36) ? subject : NOT_AVAILABLE;
  return { ...ownerOf(party), uid, type: 'OTHER', contract_id: NOT_AVAILABLE };
}

/** OCPI 2.3.0, CDRs, section 10.4.6; undefined where a text is longer than OCPI can carry. */
function signedOf({ encodingMethod, publicKey, values }: SignedData): JsonObject | undefined {
  const isLong = values.some(({ signedData }) => signedData.length > SIGNED_TEXT_MAX);
  if (values.length === 0 || isLong || !isCiString(encodingMethod, 36)) return undefined;
  return members({
    encoding_method: encodingMethod,
    public_key: publicKey !== undefined && publicKey.length <= 512 ? publicKey : undefined,
    signed_values: values.map(({ nature, plainData, signedData }) => ({
      nature,
      plain_data: printable(plainData, PLAIN_TEXT_MAX),
      signed_data: signedData,
    })),
  });
}

/** The signed data, and what the receiver has to know of what it lacks. */
function evidenceOf({ signed, signedNote }: Pick<CdrQuestion, 'signed' | 'signedNote'>): {
  readonly signedData: JsonObject | undefined;
  readonly notes: readonly string[];
} {
  const told = signedNote === undefined ? [] : [signedNote];
  if (signed === undefined) return { signedData: undefined, notes: told };
  const signedData = signedOf(signed);
  if (signedData === undefined) return { signedData, notes: [SIGNED_LEFT_OUT, ...told] };
  return { signedData, notes: isCut(signed) ? [PLAIN_CUT, ...told] : told };
}

function isCut({ values }: SignedData): boolean {
  return values.some(({ plainData }) => plainData.length > PLAIN_TEXT_MAX);
}

const TARIFF_LEFT_OUT = 'The tariff states prices with taxes, which this OCPI version cannot say; it is left out.';
const SIGNED_LEFT_OUT = 'The signed meter values are longer than OCPI can carry; ask the operator for them.';
const PLAIN_CUT = 'The plain text of signed meter values is cut; the signed data is whole.';

/** Longest remark of a CDR (OCPI 2.3.0, CDRs, section 10.3.1). */
const REMARK_MAX = 255;

function remarkOf(said: readonly string[]): string | undefined {
  return said.length === 0 ? undefined : printable(said.join(' '), REMARK_MAX);
}

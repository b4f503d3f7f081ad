/** The names that come from outside and reach streams, keys and pages. */
export type NameKind = 'tenant' | 'station' | 'evse' | 'connector' | 'transaction' | 'gateway' | 'message' | 'object';

/** Most characters of a tenant's name. */
export const TENANT_LENGTH_MAX = 64;
/** Most characters of a station's name; OCPP 2.0.1 allows 48, older stations know no limit. */
export const STATION_LENGTH_MAX = 128;
/** Most characters of the name of an EVSE or a connector. */
export const EVSE_LENGTH_MAX = 64;
/** Most characters of a transaction's id; OCPP 2.0.1 allows 36, gateways add to it. */
export const TRANSACTION_LENGTH_MAX = 128;
/** Most characters of a gateway's name (CloudEvents `source`). */
export const GATEWAY_LENGTH_MAX = 255;
/** Most characters of a producer's message id (CloudEvents `id`). */
export const MESSAGE_ID_LENGTH_MAX = 255;
/** Most characters of the id of an OCPI object; OCPI allows 36. */
export const OBJECT_ID_LENGTH_MAX = 64;

interface NameRule {
  readonly lengthMax: number;
  readonly form: RegExp;
  readonly allows: string;
}

/** The parts of a topic key and of a subject are told apart by `:` and `/`, so a tenant has neither, a station no `/`. */
const TENANT_FORM = /^[A-Za-z0-9._-]+$/;
const STATION_FORM = /^[!-.0-~]+$/;
const PART_FORM = /^[^\p{Cc}\p{Zl}\p{Zp}/]+$/u;
const TEXT_FORM = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;
const TEXT_ALLOWS = 'has no control characters or line breaks';

const RULES: Readonly<Record<NameKind, NameRule>> = {
  tenant: {
    lengthMax: TENANT_LENGTH_MAX,
    form: TENANT_FORM,
    allows: 'has letters, digits, point, underscore and hyphen',
  },
  station: {
    lengthMax: STATION_LENGTH_MAX,
    form: STATION_FORM,
    allows: 'has visible ASCII characters without the slash',
  },
  evse: { lengthMax: EVSE_LENGTH_MAX, form: PART_FORM, allows: `${TEXT_ALLOWS} and no slash` },
  connector: { lengthMax: EVSE_LENGTH_MAX, form: PART_FORM, allows: `${TEXT_ALLOWS} and no slash` },
  transaction: { lengthMax: TRANSACTION_LENGTH_MAX, form: TEXT_FORM, allows: TEXT_ALLOWS },
  gateway: { lengthMax: GATEWAY_LENGTH_MAX, form: TEXT_FORM, allows: TEXT_ALLOWS },
  message: { lengthMax: MESSAGE_ID_LENGTH_MAX, form: TEXT_FORM, allows: TEXT_ALLOWS },
  object: { lengthMax: OBJECT_ID_LENGTH_MAX, form: TEXT_FORM, allows: TEXT_ALLOWS },
};

/** Why the text may not be such a name; undefined when it may. The sentence does not repeat the text. */
export function nameFault(kind: NameKind, text: string): string | undefined {
  const { lengthMax, form, allows } = RULES[kind];
  if (text === '') return `the ${kind} is empty`;
  if (text.length > lengthMax) return `the ${kind} has more than ${lengthMax} characters`;
  return form.test(text) && text.isWellFormed() ? undefined : `the ${kind} may hold only text that ${allows}`;
}

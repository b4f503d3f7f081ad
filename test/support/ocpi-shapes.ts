/** How often a member occurs, in OCPI's signs: once, at most once, any number of times, at least once. */
export type Cardinality = '1' | '?' | '*' | '+';

export type Shape =
  | { readonly is: 'ci-string' | 'string'; readonly max: number }
  | { readonly is: 'number'; readonly decimals: number }
  | { readonly is: 'int' | 'boolean' | 'time' | 'url' }
  | { readonly is: 'word'; readonly words: readonly string[] }
  | { readonly is: 'form'; readonly form: RegExp }
  | { readonly is: 'object'; readonly members: Members };

export type Members = Readonly<Record<string, readonly [Cardinality, Shape]>>;

export type Version = '2.2.1' | '2.3.0';
export type ObjectKind = 'cdr' | 'session' | 'tariff' | 'location';

const ci = (max: number): Shape => ({ is: 'ci-string', max });
const text = (max: number): Shape => ({ is: 'string', max });
const word = (list: string): Shape => ({ is: 'word', words: list.split(/\s+/) });
const form = (regex: RegExp): Shape => ({ is: 'form', form: regex });
export const object = (members: Members): Shape => ({ is: 'object', members });
/** Numbers that we compute have OCPI's four decimals; what a tariff states is passed on as it is. */
const NUMBER: Shape = { is: 'number', decimals: 4 };
const STATED: Shape = { is: 'number', decimals: 12 };
const INT: Shape = { is: 'int' };
const TIME: Shape = { is: 'time' };
const BOOLEAN: Shape = { is: 'boolean' };
const COUNTRY = form(/^[A-Z]{3}$/);
const CURRENCY = form(/^[A-Z]{3}$/);
const CLOCK = form(/^([0-1]\d|2[0-3]):[0-5]\d$/);
const DATE = form(/^\d{4}-\d{2}-\d{2}$/);

const OWNER: Members = { country_code: ['1', ci(2)], party_id: ['1', ci(3)] };

const TAX = object({
  name: ['1', text(255)],
  account_number: ['?', text(255)],
  percentage: ['?', STATED],
  amount: ['1', NUMBER],
});

const PRICE: Readonly<Record<Version, Shape>> = {
  '2.2.1': object({ excl_vat: ['1', NUMBER], incl_vat: ['?', NUMBER] }),
  '2.3.0': object({ before_taxes: ['1', NUMBER], taxes: ['*', TAX] }),
};

const LIMIT: Readonly<Record<Version, Shape>> = {
  '2.2.1': object({ excl_vat: ['1', STATED], incl_vat: ['?', STATED] }),
  '2.3.0': object({ before_taxes: ['1', STATED], after_taxes: ['?', STATED] }),
};

const TOKEN = (version: Version): Shape =>
  object({
    ...OWNER,
    uid: ['1', ci(36)],
    type: ['1', word(`AD_HOC_USER APP_USER OTHER RFID${version === '2.3.0' ? ' EMAID' : ''}`)],
    contract_id: ['1', ci(36)],
  });

const DIMENSIONS = `ENERGY MAX_CURRENT MIN_CURRENT MAX_POWER MIN_POWER PARKING_TIME RESERVATION_TIME TIME`;
const SESSION_ONLY = ` CURRENT ENERGY_EXPORT ENERGY_IMPORT POWER STATE_OF_CHARGE`;

const PERIOD = (kind: 'cdr' | 'session'): Shape =>
  object({
    start_date_time: ['1', TIME],
    dimensions: [
      '+',
      object({ type: ['1', word(DIMENSIONS + (kind === 'session' ? SESSION_ONLY : ''))], volume: ['1', NUMBER] }),
    ],
    tariff_id: ['?', ci(36)],
  });

const GEO = object({
  latitude: ['1', form(/^-?\d{1,2}\.\d{1,7}$/)],
  longitude: ['1', form(/^-?\d{1,3}\.\d{1,7}$/)],
});

const STANDARDS = `CHADEMO CHAOJI DOMESTIC_A DOMESTIC_B DOMESTIC_C DOMESTIC_D DOMESTIC_E DOMESTIC_F DOMESTIC_G DOMESTIC_H
  DOMESTIC_I DOMESTIC_J DOMESTIC_K DOMESTIC_L DOMESTIC_M DOMESTIC_N DOMESTIC_O GBT_AC GBT_DC IEC_60309_2_single_16
  IEC_60309_2_three_16 IEC_60309_2_three_32 IEC_60309_2_three_64 IEC_62196_T1 IEC_62196_T1_COMBO IEC_62196_T2
  IEC_62196_T2_COMBO IEC_62196_T3A IEC_62196_T3C NEMA_5_20 NEMA_6_30 NEMA_6_50 NEMA_10_30 NEMA_10_50 NEMA_14_30 NEMA_14_50
  PANTOGRAPH_BOTTOM_UP PANTOGRAPH_TOP_DOWN TESLA_R TESLA_S`;
const STANDARD = (version: Version): Shape => word(STANDARDS + (version === '2.3.0' ? ' MCS SAE_J3400' : ''));
const FORMAT = word('SOCKET CABLE');
const POWER_TYPE = word('AC_1_PHASE AC_2_PHASE AC_2_PHASE_SPLIT AC_3_PHASE DC');

const CDR_LOCATION = (version: Version): Shape =>
  object({
    id: ['1', ci(36)],
    name: ['?', text(255)],
    address: ['1', text(45)],
    city: ['1', text(45)],
    postal_code: ['?', text(10)],
    state: ['?', text(20)],
    country: ['1', COUNTRY],
    coordinates: ['1', GEO],
    evse_uid: ['1', ci(36)],
    evse_id: ['1', ci(48)],
    connector_id: ['1', ci(36)],
    connector_standard: ['1', STANDARD(version)],
    connector_format: ['1', FORMAT],
    connector_power_type: ['1', POWER_TYPE],
  });

const RESTRICTIONS = object({
  start_time: ['?', CLOCK],
  end_time: ['?', CLOCK],
  start_date: ['?', DATE],
  end_date: ['?', DATE],
  min_kwh: ['?', STATED],
  max_kwh: ['?', STATED],
  min_current: ['?', STATED],
  max_current: ['?', STATED],
  min_power: ['?', STATED],
  max_power: ['?', STATED],
  min_duration: ['?', INT],
  max_duration: ['?', INT],
  day_of_week: ['*', word('MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY')],
  reservation: ['?', word('RESERVATION RESERVATION_EXPIRES')],
});

const COMPONENT = object({
  type: ['1', word('ENERGY FLAT PARKING_TIME TIME')],
  price: ['1', STATED],
  vat: ['?', STATED],
  step_size: ['1', INT],
});

const TARIFF = (version: Version): Members => ({
  ...OWNER,
  id: ['1', ci(36)],
  currency: ['1', CURRENCY],
  type: ['?', word('AD_HOC_PAYMENT PROFILE_CHEAP PROFILE_FAST PROFILE_GREEN REGULAR')],
  tariff_alt_text: ['*', object({ language: ['1', text(2)], text: ['1', text(512)] })],
  tariff_alt_url: ['?', { is: 'url' }],
  min_price: ['?', LIMIT[version]],
  max_price: ['?', LIMIT[version]],
  elements: ['+', object({ price_components: ['+', COMPONENT], restrictions: ['?', RESTRICTIONS] })],
  ...(version === '2.3.0'
    ? { preauthorize_amount: ['?', STATED], tax_included: ['1', word('YES NO N/A')] }
    : ({} satisfies Members)),
  start_date_time: ['?', TIME],
  end_date_time: ['?', TIME],
  last_updated: ['1', TIME],
});

const SIGNED = object({
  encoding_method: ['1', ci(36)],
  encoding_method_version: ['?', INT],
  public_key: ['?', text(512)],
  signed_values: [
    '+',
    object({ nature: ['1', ci(32)], plain_data: ['1', text(512)], signed_data: ['1', text(5_000)] }),
  ],
  url: ['?', text(512)],
});

const AUTH_METHOD = word('AUTH_REQUEST COMMAND WHITELIST');

const CDR = (version: Version): Members => ({
  ...OWNER,
  id: ['1', ci(39)],
  start_date_time: ['1', TIME],
  end_date_time: ['1', TIME],
  session_id: ['?', ci(36)],
  cdr_token: ['1', TOKEN(version)],
  auth_method: ['1', AUTH_METHOD],
  authorization_reference: ['?', ci(36)],
  cdr_location: ['1', CDR_LOCATION(version)],
  meter_id: ['?', text(255)],
  currency: ['1', CURRENCY],
  tariffs: ['*', object(TARIFF(version))],
  charging_periods: ['+', PERIOD('cdr')],
  signed_data: ['?', SIGNED],
  total_cost: ['1', PRICE[version]],
  total_fixed_cost: ['?', PRICE[version]],
  total_energy: ['1', NUMBER],
  total_energy_cost: ['?', PRICE[version]],
  total_time: ['1', NUMBER],
  total_time_cost: ['?', PRICE[version]],
  total_parking_time: ['?', NUMBER],
  total_parking_cost: ['?', PRICE[version]],
  total_reservation_cost: ['?', PRICE[version]],
  remark: ['?', text(255)],
  invoice_reference_id: ['?', ci(39)],
  credit: ['?', BOOLEAN],
  credit_reference_id: ['?', ci(39)],
  home_charging_compensation: ['?', BOOLEAN],
  last_updated: ['1', TIME],
});

const SESSION = (version: Version): Members => ({
  ...OWNER,
  id: ['1', ci(36)],
  start_date_time: ['1', TIME],
  end_date_time: ['?', TIME],
  kwh: ['1', NUMBER],
  cdr_token: ['1', TOKEN(version)],
  auth_method: ['1', AUTH_METHOD],
  authorization_reference: ['?', ci(36)],
  location_id: ['1', ci(36)],
  evse_uid: ['1', ci(36)],
  connector_id: ['1', ci(36)],
  meter_id: ['?', text(255)],
  currency: ['1', CURRENCY],
  charging_periods: ['*', PERIOD('session')],
  total_cost: ['?', PRICE[version]],
  status: ['1', word('ACTIVE COMPLETED INVALID PENDING RESERVATION')],
  last_updated: ['1', TIME],
});

/** The members of a Location that the ledger's readers and partners need; a Location may have more. */
const LOCATION: Members = {
  ...OWNER,
  id: ['1', ci(36)],
  publish: ['1', BOOLEAN],
  address: ['1', text(255)],
  city: ['1', text(45)],
  country: ['1', COUNTRY],
  coordinates: ['1', GEO],
  time_zone: ['1', text(255)],
  last_updated: ['1', TIME],
};

/** What an object must be, member by member (the chapters Locations, Sessions, CDRs, Tariffs and Types of each version). */
export function membersOf(kind: ObjectKind, version: Version): Members {
  return { cdr: CDR, session: SESSION, tariff: TARIFF, location: () => LOCATION }[kind](version);
}

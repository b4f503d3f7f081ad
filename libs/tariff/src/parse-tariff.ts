import type { Instant } from '@ledger/units';
import { MemberReader, given, isMembers, wordOf } from './member-reader';
import { parseElements } from './parse-elements';
import { OCPI_VERSIONS, TARIFF_TYPES, TAX_INCLUDED } from './tariff';
import type { OcpiVersion, PriceLimit, Tariff, TariffFinding, TaxIncluded } from './tariff';

/** Most texts in other languages that a tariff may have. */
export const TARIFF_ALT_TEXTS_MAX = 50;

/** How to read a tariff. */
export interface TariffReading {
  /** The version to read it as; otherwise its own `ocpi_version`, or what its members tell. */
  readonly ocpiVersion?: OcpiVersion;
  /** `publish` (default) asks for what a version needs; `price` asks only for what a price needs. */
  readonly purpose?: 'publish' | 'price';
}

/** A tariff with what is odd about it, or every reason why it is refused. */
export type TariffOutcome =
  | { readonly ok: true; readonly tariff: Tariff; readonly warnings: readonly TariffFinding[] }
  | { readonly ok: false; readonly findings: readonly TariffFinding[]; readonly warnings: readonly TariffFinding[] };

const KNOWN = new Set(
  `ocpi_version country_code party_id id currency type tariff_alt_text tariff_alt_url min_price max_price
  preauthorize_amount elements tax_included start_date_time end_date_time energy_mix last_updated`.split(/\s+/),
);

/**
 * Reads an OCPI Tariff object, 2.2.1 or 2.3.0, from what a JSON reader gives (OCPI 2.3.0, Tariffs, section 11.3.1). A
 * wrong one is refused with every finding at once; what is merely odd comes back as warnings. The canonical form that
 * `tariffJson` writes is read back to the same tariff.
 */
export function parseTariff(value: unknown, reading: TariffReading = {}): TariffOutcome {
  const log = { errors: [] as TariffFinding[], warnings: [] as TariffFinding[] };
  if (!isMembers(value)) {
    return refused([{ code: 'not-an-object', pointer: '', because: 'a tariff must be a JSON object' }], []);
  }
  const reader = new MemberReader(value, '', log);
  const tariff = readTariff(reader, reading);
  if (log.errors.length > 0) return refused(log.errors, log.warnings);
  return { ok: true, tariff, warnings: log.warnings };
}

function refused(findings: readonly TariffFinding[], warnings: readonly TariffFinding[]): TariffOutcome {
  return { ok: false, findings, warnings };
}

function readTariff(reader: MemberReader, { ocpiVersion: asked, purpose = 'publish' }: TariffReading): Tariff {
  reader.onlyKnown(KNOWN);
  requireMembers(reader, purpose);
  const ocpiVersion = asked ?? reader.word('ocpi_version', OCPI_VERSIONS) ?? guessVersion(reader);
  const elements = parseElements(reader);
  const currency = reader.form('currency', CURRENCY, 'an ISO 4217 code such as EUR') ?? NO_CURRENCY;
  const id = reader.text('id', 36) ?? NO_ID;
  const lastUpdated = reader.instant('last_updated') ?? EPOCH;
  const common = readCommon(reader, ocpiVersion);
  return { ocpiVersion, id, currency, lastUpdated, elements, ...common };
}

/** A code of ISO 4217. */
export const CURRENCY = /^[A-Z]{3}$/;
/** What stands in a tariff that is only priced with and does not say; a tariff to publish must say. XXX: no currency. */
export const EPOCH = '1970-01-01T00:00:00.000Z' as Instant;
export const NO_CURRENCY = 'XXX';
export const NO_ID = 'tariff';

function requireMembers(reader: MemberReader, purpose: 'publish' | 'price'): void {
  reader.required('elements');
  if (purpose === 'price') return;
  for (const key of ['id', 'currency', 'last_updated']) reader.required(key);
  for (const key of ['country_code', 'party_id']) {
    if (!reader.has(key))
      reader.odd('missing', key, `OCPI asks for ${key}; a partner may refuse the tariff without it`);
  }
}

function guessVersion(reader: MemberReader): OcpiVersion {
  if (reader.has('tax_included')) return '2.3.0';
  const limit = reader.has('min_price') ? 'min_price' : 'max_price';
  return reader.has(limit) && reader.object(limit)?.has('before_taxes') === true ? '2.3.0' : '2.2.1';
}

type Common = Omit<Tariff, 'ocpiVersion' | 'id' | 'currency' | 'lastUpdated' | 'elements'>;

function readCommon(reader: MemberReader, version: OcpiVersion): Common {
  const optional = {
    countryCode: reader.text('country_code', 2),
    partyId: reader.text('party_id', 3),
    type: reader.word('type', TARIFF_TYPES),
    altText: readAltTexts(reader),
    altUrl: reader.text('tariff_alt_url', 255),
    minPrice: readLimit(reader, 'min_price'),
    maxPrice: readLimit(reader, 'max_price'),
    preauthorizeAmount: reader.decimalFromZero('preauthorize_amount'),
    startsAt: reader.instant('start_date_time'),
    endsAt: reader.instant('end_date_time'),
  };
  return { ...given(optional), taxIncluded: readTaxIncluded(reader, version) };
}

function readTaxIncluded(reader: MemberReader, version: OcpiVersion): TaxIncluded {
  const said = reader.word('tax_included', TAX_INCLUDED);
  if (version === '2.2.1') {
    if (said === 'YES') reader.wrong('tax-included-unknown', 'tax_included', 'prices of OCPI 2.2.1 always exclude VAT');
    return 'NO';
  }
  if (said === undefined) reader.odd('missing', 'tax_included', 'tax_included is required; it is read as NO');
  return said ?? 'NO';
}

function readLimit(reader: MemberReader, key: string): PriceLimit | undefined {
  const limit = reader.object(key);
  if (limit === undefined) return undefined;
  const [excl, incl] = limit.has('before_taxes') ? ['before_taxes', 'after_taxes'] : ['excl_vat', 'incl_vat'];
  limit.onlyKnown(new Set([excl, incl]));
  const exclTax = limit.decimal(excl);
  const inclTax = limit.decimal(incl);
  if (exclTax === undefined) {
    limit.required(excl);
    return undefined;
  }
  return inclTax === undefined ? { exclTax } : { exclTax, inclTax };
}

function readAltTexts(reader: MemberReader): Tariff['altText'] {
  if (!reader.has('tariff_alt_text')) return undefined;
  const texts: { language: string; text: string }[] = [];
  reader.list('tariff_alt_text', TARIFF_ALT_TEXTS_MAX).forEach((item, index) => {
    const entry = reader.inner(item, `tariff_alt_text/${index}`);
    entry?.required('language');
    entry?.required('text');
    const language = entry?.text('language', 2);
    const text = entry?.text('text', 512);
    if (language !== undefined && text !== undefined) texts.push({ language, text });
  });
  return texts;
}

/** The version named by text such as `2.3.0`; undefined for another. */
export function ocpiVersionOf(text: unknown): OcpiVersion | undefined {
  return wordOf(text, OCPI_VERSIONS);
}

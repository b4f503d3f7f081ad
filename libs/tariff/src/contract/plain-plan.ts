import { instantOf } from '@ledger/units';
import { ELEMENT_COMPONENTS_MAX, TARIFF_ELEMENTS_MAX } from '../parse-elements';
import { CURRENCY, NO_ID } from '../parse-tariff';
import type { ElementTerms, ExactComponent, LimitPlan, TariffPlan, TariffTerms } from '../plan';
import { PlanDraft } from '../plan-draft';
import type { Ratio } from '../ratio';
import { TARIFF_DIMENSIONS, TARIFF_TYPES, TAX_INCLUDED } from '../tariff';
import type { OcpiVersion } from '../tariff';
import { wordsOf, type JsonCursor } from './json-cursor';
import { plainRestrictions } from './plain-restrictions';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads an OCPI Tariff of the plain form and makes it ready to price with, as `parseTariff` and `planOf` do together, or throws
 * `NotPlain`. What a price never needs (texts for people, the energy mix) is not plain, nor is anything that `parseTariff`
 * would refuse.
 */
export function plainPlan(cursor: JsonCursor, version: OcpiVersion): TariffPlan {
  return new PlainTariff(cursor, version).read();
}

const TARIFF_NAMES = wordsOf(
  'elements',
  'id',
  'currency',
  'country_code',
  'party_id',
  'last_updated',
  'type',
  'min_price',
  'max_price',
  'tax_included',
  'start_date_time',
  'end_date_time',
);
const TYPE_WORDS = wordsOf(...TARIFF_TYPES);
const TAX_WORDS = wordsOf(...TAX_INCLUDED);

class PlainTariff {
  private readonly draft = new PlanDraft();
  private readonly terms: Mutable<TariffTerms> = { id: NO_ID, taxIncluded: 'NO' };
  private min: LimitPlan | undefined;
  private max: LimitPlan | undefined;
  private elements = 0;

  constructor(
    private readonly cursor: JsonCursor,
    private readonly version: OcpiVersion,
  ) {}

  read(): TariffPlan {
    const { cursor } = this;
    let seen = 0;
    for (let name = cursor.member(TARIFF_NAMES, seen); name >= 0; name = cursor.member(TARIFF_NAMES, seen)) {
      seen |= 1 << name;
      if (!cursor.literal('null')) this.member(name);
    }
    return this.elements === 0 ? cursor.refuse() : this.draft.plan(this.terms, { min: this.min, max: this.max });
  }

  private member(name: number): void {
    const { cursor, terms } = this;
    switch (name) {
      case 0:
        this.readElements();
        return;
      case 1:
        terms.id = text(cursor, 36);
        return;
      case 2:
        if (!CURRENCY.test(cursor.string())) cursor.refuse();
        return;
      case 3:
        text(cursor, 2);
        return;
      case 4:
        text(cursor, 3);
        return;
      case 5:
        cursor.instantMs();
        return;
      case 6:
        cursor.word(TYPE_WORDS);
        return;
      default:
        this.term(name);
    }
  }

  private term(name: number): void {
    const { cursor, terms } = this;
    switch (name) {
      case 7:
        this.min = limit(cursor);
        return;
      case 8:
        this.max = limit(cursor);
        return;
      case 9:
        this.taxIncluded();
        return;
      case 10:
        terms.startsAt = instantOf(cursor.instantMs()) ?? cursor.refuse();
        return;
      default:
        terms.endsAt = instantOf(cursor.instantMs()) ?? cursor.refuse();
    }
  }

  /** Prices of OCPI 2.2.1 exclude VAT, whatever is said beside YES, which is refused. */
  private taxIncluded(): void {
    const said = TAX_INCLUDED[this.cursor.word(TAX_WORDS)] ?? this.cursor.refuse();
    if (this.version === '2.3.0') this.terms.taxIncluded = said;
    else if (said === 'YES') this.cursor.refuse();
  }

  private readElements(): void {
    const { cursor, draft } = this;
    cursor.take(OPEN_BRACKET);
    do {
      this.elements += 1;
      if (this.elements > TARIFF_ELEMENTS_MAX) cursor.refuse();
      addElement(cursor, draft);
    } while (cursor.another(CLOSE_BRACKET));
  }
}

const LIMIT_NAMES = wordsOf('excl_vat', 'incl_vat', 'before_taxes', 'after_taxes');

function limit(cursor: JsonCursor): LimitPlan {
  const amounts: (Ratio | undefined)[] = [undefined, undefined, undefined, undefined];
  let seen = 0;
  for (let name = cursor.member(LIMIT_NAMES, seen); name >= 0; name = cursor.member(LIMIT_NAMES, seen)) {
    seen |= 1 << name;
    if (!cursor.literal('null')) amounts[name] = cursor.ratio();
  }
  const [oldExcl, oldIncl, newExcl, newIncl] = amounts;
  if ((oldExcl ?? oldIncl) !== undefined && (newExcl ?? newIncl) !== undefined) cursor.refuse();
  return { excl: oldExcl ?? newExcl ?? cursor.refuse(), incl: oldIncl ?? newIncl };
}

const ELEMENT_NAMES = wordsOf('price_components', 'restrictions');

function addElement(cursor: JsonCursor, draft: PlanDraft): void {
  let components: readonly ExactComponent[] | undefined;
  let terms: ElementTerms | undefined;
  let seen = 0;
  for (let name = cursor.member(ELEMENT_NAMES, seen); name >= 0; name = cursor.member(ELEMENT_NAMES, seen)) {
    seen |= 1 << name;
    if (cursor.literal('null')) continue;
    if (name === 0) components = readComponents(cursor);
    else terms = plainRestrictions(cursor);
  }
  draft.add(terms, components ?? cursor.refuse());
}

function readComponents(cursor: JsonCursor): readonly ExactComponent[] {
  cursor.take(OPEN_BRACKET);
  const components = [component(cursor)];
  while (cursor.another(CLOSE_BRACKET)) {
    if (components.length === ELEMENT_COMPONENTS_MAX) cursor.refuse();
    components.push(component(cursor));
  }
  return components;
}

const COMPONENT_NAMES = wordsOf('type', 'price', 'vat', 'step_size');
const DIMENSION_WORDS = wordsOf(...TARIFF_DIMENSIONS);

function component(cursor: JsonCursor): ExactComponent {
  let dimension: ExactComponent['dimension'] | undefined;
  let price: Ratio | undefined;
  let vat: Ratio | undefined;
  let stepSize = 1;
  let seen = 0;
  for (let name = cursor.member(COMPONENT_NAMES, seen); name >= 0; name = cursor.member(COMPONENT_NAMES, seen)) {
    seen |= 1 << name;
    if (cursor.literal('null')) continue;
    if (name === 0) dimension = TARIFF_DIMENSIONS[cursor.word(DIMENSION_WORDS)];
    else if (name === 1) price = cursor.ratio();
    else if (name === 2) vat = cursor.ratio();
    else stepSize = cursor.count();
  }
  if (dimension === undefined || price === undefined) return cursor.refuse();
  return { dimension, price, vat, stepSize };
}

function text(cursor: JsonCursor, max: number): string {
  const found = cursor.string();
  return found === '' || found.length > max ? cursor.refuse() : found;
}

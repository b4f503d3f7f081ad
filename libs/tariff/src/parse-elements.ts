import type { MemberReader } from './member-reader';
import { given, wordOf } from './member-reader';
import { DAYS_OF_WEEK, RESERVATION_KINDS, TARIFF_DIMENSIONS } from './tariff';
import type { DayOfWeek, PriceComponent, Restrictions, TariffElement } from './tariff';

/** Most elements that one tariff may have. */
export const TARIFF_ELEMENTS_MAX = 1_000;
/** Most price components in one element; only the first of each dimension is ever used. */
export const ELEMENT_COMPONENTS_MAX = 20;

const ELEMENT_MEMBERS = new Set(['price_components', 'restrictions']);
const COMPONENT_MEMBERS = new Set(['type', 'price', 'vat', 'step_size']);
const RESTRICTION_MEMBERS = new Set(
  `start_time end_time start_date end_date min_kwh max_kwh min_current max_current min_power max_power min_duration
  max_duration day_of_week reservation`.split(/\s+/),
);
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Reads the elements of a tariff (OCPI 2.3.0, Tariffs, sections 11.4.2, 11.4.3 and 11.4.6). */
export function parseElements(reader: MemberReader): readonly TariffElement[] {
  const items = reader.list('elements', TARIFF_ELEMENTS_MAX);
  if (reader.has('elements') && items.length === 0) {
    reader.wrong('no-elements', 'elements', 'a tariff needs at least one element');
  }
  return items.flatMap((item, index) => {
    const element = reader.inner(item, `elements/${index}`);
    return element === undefined ? [] : [parseElement(element)];
  });
}

function parseElement(element: MemberReader): TariffElement {
  element.onlyKnown(ELEMENT_MEMBERS);
  element.required('price_components');
  const items = element.list('price_components', ELEMENT_COMPONENTS_MAX);
  if (element.has('price_components') && items.length === 0) {
    element.wrong('no-components', 'price_components', 'an element needs at least one price component');
  }
  const components = items.flatMap((item, index) => {
    const component = element.inner(item, `price_components/${index}`);
    const parsed = component === undefined ? undefined : parseComponent(component);
    return parsed === undefined ? [] : [parsed];
  });
  const restrictions = element.object('restrictions');
  const parsed = restrictions === undefined ? {} : parseRestrictions(restrictions);
  return Object.keys(parsed).length === 0 ? { components } : { components, restrictions: parsed };
}

function parseComponent(component: MemberReader): PriceComponent | undefined {
  component.onlyKnown(COMPONENT_MEMBERS);
  component.required('type');
  component.required('price');
  const dimension = component.word('type', TARIFF_DIMENSIONS);
  const price = component.decimal('price');
  const vat = component.decimalFromZero('vat');
  const stepSize = component.count('step_size');
  if (!component.has('step_size') && dimension !== 'FLAT') {
    component.odd('missing', 'step_size', 'OCPI asks for step_size; without it nothing is rounded up beyond one unit');
  }
  if (dimension === undefined || price === undefined) return undefined;
  return { dimension, price, ...given({ vat }), stepSize: stepSize ?? 1 };
}

function parseRestrictions(reader: MemberReader): Restrictions {
  reader.onlyKnown(RESTRICTION_MEMBERS);
  return given({
    startTime: reader.form('start_time', TIME_OF_DAY, 'a local time from 00:00 to 23:59'),
    endTime: reader.form('end_time', TIME_OF_DAY, 'a local time from 00:00 to 23:59'),
    startDate: reader.date('start_date'),
    endDate: reader.date('end_date'),
    minKwh: reader.decimalFromZero('min_kwh'),
    maxKwh: reader.decimalFromZero('max_kwh'),
    minCurrent: reader.decimalFromZero('min_current'),
    maxCurrent: reader.decimalFromZero('max_current'),
    minPower: reader.decimalFromZero('min_power'),
    maxPower: reader.decimalFromZero('max_power'),
    minDuration: reader.count('min_duration'),
    maxDuration: reader.count('max_duration'),
    dayOfWeek: parseDays(reader),
    reservation: reader.word('reservation', RESERVATION_KINDS),
  });
}

/** The weekdays in order of the week, each once; an empty list is the same as none. */
function parseDays(reader: MemberReader): readonly DayOfWeek[] | undefined {
  const items = reader.list('day_of_week', 100);
  items.forEach((item, index) => {
    if (wordOf(item, DAYS_OF_WEEK) === undefined) {
      reader.wrong('unknown-word', `day_of_week/${index}`, `a weekday must be one of ${DAYS_OF_WEEK.join(', ')}`);
    }
  });
  const days = DAYS_OF_WEEK.filter((day) => items.includes(day));
  return days.length === 0 ? undefined : days;
}

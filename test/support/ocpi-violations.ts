import { JsonNumber, isJsonArray, isJsonObject } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import { membersOf, object } from './ocpi-shapes';
import type { Cardinality, ObjectKind, Shape, Version } from './ocpi-shapes';

/** Everything that the OCPI text does not allow in an object, as `pointer: why`; an empty list means that it is valid. */
export function violationsOf(value: JsonValue, kind: ObjectKind, version: Version): readonly string[] {
  return violations(value, object(membersOf(kind, version)), { at: '', open: kind === 'location' });
}

interface Place {
  readonly at: string;
  /** Whether members that the table does not know are allowed. */
  readonly open: boolean;
}

function violations(value: JsonValue, shape: Shape, place: Place): readonly string[] {
  if (shape.is !== 'object') return isOf(value, shape) ? [] : [`${place.at}: no ${shape.is}: ${JSON.stringify(value)}`];
  if (!isJsonObject(value)) return [`${place.at}: no object`];
  const { members } = shape;
  const unknown = Object.keys(value).filter((name) => members[name] === undefined);
  return [
    ...(place.open ? [] : unknown.map((name) => `${place.at}/${name}: unknown`)),
    ...Object.entries(members).flatMap(([name, [cardinality, inner]]) =>
      memberViolations(value, name, { cardinality, inner, place: { ...place, at: `${place.at}/${name}` } }),
    ),
  ];
}

function memberViolations(
  owner: JsonObject,
  name: string,
  { cardinality, inner, place }: { readonly cardinality: Cardinality; readonly inner: Shape; readonly place: Place },
): readonly string[] {
  const value = owner[name];
  const isList = cardinality === '*' || cardinality === '+';
  if (value === undefined) return cardinality === '1' || cardinality === '+' ? [`${place.at}: missing`] : [];
  if (!isList) return violations(value, inner, place);
  if (!isJsonArray(value)) return [`${place.at}: no list`];
  if (cardinality === '+' && value.length === 0) return [`${place.at}: empty`];
  return value.flatMap((item, index) => violations(item, inner, { ...place, at: `${place.at}/${index}` }));
}

function isOf(value: JsonValue, shape: Exclude<Shape, { is: 'object' }>): boolean {
  if (shape.is === 'boolean') return typeof value === 'boolean';
  if (value instanceof JsonNumber) return isNumber(value.text, shape);
  return typeof value === 'string' && isText(value, shape);
}

function isNumber(text: string, shape: Shape): boolean {
  const [whole, fraction = ''] = text.split('.');
  if (!/^-?\d+$/.test(whole ?? '') || !/^\d*$/.test(fraction)) return false;
  if (shape.is === 'int') return fraction === '';
  return shape.is === 'number' && fraction.length <= shape.decimals;
}

function isText(text: string, shape: Exclude<Shape, { is: 'object' }>): boolean {
  if (shape.is === 'word') return shape.words.includes(text);
  if (shape.is === 'form') return shape.form.test(text);
  if (shape.is === 'ci-string') return text.length <= shape.max && /^[ -~]+$/.test(text);
  if (shape.is === 'string') return text.length <= shape.max && !/\p{Cc}/u.test(text);
  return shape.is === 'time' ? TIME.test(text) : shape.is === 'url' && URL.canParse(text);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z?$/;

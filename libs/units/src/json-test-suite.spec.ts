import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonRefusalCode, readJson } from '.';

const FILE = join(__dirname, '../../../test/data/json-test-suite/cases.json');
const cases = Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>);

/** Valid JSON that the ledger refuses on purpose. */
const REFUSED_THOUGH_VALID: Readonly<Record<string, JsonRefusalCode>> = {
  'y_object_duplicated_key.json': 'json-duplicate-key',
  'y_object_duplicated_key_and_value.json': 'json-duplicate-key',
};

/** What a reader may decide for itself, and what ours decides. */
const DECIDED: Readonly<Record<string, 'accepted' | JsonRefusalCode>> = {
  'i_number_double_huge_neg_exp.json': 'accepted',
  'i_number_huge_exp.json': 'accepted',
  'i_number_neg_int_huge_exp.json': 'accepted',
  'i_number_pos_double_huge_exp.json': 'accepted',
  'i_number_real_neg_overflow.json': 'accepted',
  'i_number_real_pos_overflow.json': 'accepted',
  'i_number_real_underflow.json': 'accepted',
  'i_number_too_big_neg_int.json': 'accepted',
  'i_number_too_big_pos_int.json': 'accepted',
  'i_number_very_big_negative_int.json': 'accepted',
  'i_object_key_lone_2nd_surrogate.json': 'json-lone-surrogate',
  'i_string_1st_surrogate_but_2nd_missing.json': 'json-lone-surrogate',
  'i_string_1st_valid_surrogate_2nd_invalid.json': 'json-lone-surrogate',
  'i_string_UTF-16LE_with_BOM.json': 'json-not-utf-8',
  'i_string_UTF-8_invalid_sequence.json': 'json-not-utf-8',
  'i_string_UTF8_surrogate_U+D800.json': 'json-not-utf-8',
  'i_string_incomplete_surrogate_and_escape_valid.json': 'json-lone-surrogate',
  'i_string_incomplete_surrogate_pair.json': 'json-lone-surrogate',
  'i_string_incomplete_surrogates_escape_valid.json': 'json-lone-surrogate',
  'i_string_invalid_lonely_surrogate.json': 'json-lone-surrogate',
  'i_string_invalid_surrogate.json': 'json-lone-surrogate',
  'i_string_invalid_utf-8.json': 'json-not-utf-8',
  'i_string_inverted_surrogates_U+1D11E.json': 'json-lone-surrogate',
  'i_string_iso_latin_1.json': 'json-not-utf-8',
  'i_string_lone_second_surrogate.json': 'json-lone-surrogate',
  'i_string_lone_utf8_continuation_byte.json': 'json-not-utf-8',
  'i_string_not_in_unicode_range.json': 'json-not-utf-8',
  'i_string_overlong_sequence_2_bytes.json': 'json-not-utf-8',
  'i_string_overlong_sequence_6_bytes.json': 'json-not-utf-8',
  'i_string_overlong_sequence_6_bytes_null.json': 'json-not-utf-8',
  'i_string_truncated-utf-8.json': 'json-not-utf-8',
  'i_string_utf16BE_no_BOM.json': 'json-not-utf-8',
  'i_string_utf16LE_no_BOM.json': 'json-not-utf-8',
  'i_structure_500_nested_arrays.json': 'json-too-deep',
  'i_structure_UTF-8_BOM_empty_object.json': 'json-syntax',
};

function verdict(bytes: Uint8Array): 'accepted' | JsonRefusalCode {
  const reading = readJson(bytes);
  return reading.ok ? 'accepted' : reading.code;
}

function namesOf(letter: string): readonly (readonly [string, Buffer])[] {
  return cases.filter(([name]) => name.startsWith(letter)).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
}

describe('the public JSON test suite', () => {
  it('is here in full', () => {
    expect([namesOf('y_').length, namesOf('n_').length, namesOf('i_').length]).toEqual([95, 186, 35]);
    expect(namesOf('i_').map(([name]) => name)).toEqual(Object.keys(DECIDED));
  });

  it.each(namesOf('y_'))('%s is accepted, unless we refuse it on purpose', (name, bytes) => {
    expect(verdict(bytes)).toBe(REFUSED_THOUGH_VALID[name] ?? 'accepted');
  });

  it.each(namesOf('n_'))('%s is refused', (_, bytes) => {
    expect(verdict(bytes)).not.toBe('accepted');
  });

  it.each(namesOf('i_'))('%s has the verdict that we chose', (name, bytes) => {
    expect(verdict(bytes)).toBe(DECIDED[name]);
  });

  it('refuses the two large cases, which are made here', () => {
    expect(verdict(Buffer.from('['.repeat(100_000)))).toBe('json-too-deep');
    expect(verdict(Buffer.from(`${'[{"":'.repeat(50_000)}\n`))).toBe('json-too-deep');
  });
});

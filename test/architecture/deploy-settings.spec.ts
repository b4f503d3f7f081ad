import { getMetadataStorage } from 'class-validator';

import { SETTING_NAMES, Settings } from '@ledger/platform';

import { textOf } from './deploy-files';

interface Row {
  readonly name: string;
  readonly fallback: string;
  readonly bounds: string;
  readonly meaning: string;
}

/** The rows of the table of settings: those whose first cell is a name in capitals. */
const rows: readonly Row[] = textOf('deploy/README.md')
  .split('\n')
  .filter((line) => /^\| `[A-Z_]+` /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, name = '', fallback = '', bounds = '', meaning = '']) => ({
    name: name.replaceAll('`', ''),
    fallback,
    bounds,
    meaning,
  }));

const rules = getMetadataStorage().getTargetValidationMetadatas(Settings, '', true, false);
const defaults = new Settings();

/** The first argument of a rule of class-validator for a setting, undefined where there is no such rule. */
function ruled(setting: string, rule: string): unknown {
  const found = rules.find(({ propertyName, name }) => propertyName === setting && name === rule);
  const values: readonly unknown[] = found?.constraints ?? [];
  return values[0];
}

/** The bounds that the class sets, in the words of the table. */
function boundsOf(setting: string): string {
  const [least, most, choices, length] = ['min', 'max', 'isIn', 'maxLength'].map((rule) => ruled(setting, rule));
  if (typeof least === 'number' && typeof most === 'number')
    return `${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  if (typeof length === 'number') return `at most ${length.toLocaleString('en')} characters`;
  return ruled(setting, 'matches') === undefined ? '–' : 'checked';
}

describe('the table of settings', () => {
  it('has a row for every setting, in the order of the code, and no other', () => {
    expect(rows.map(({ name }) => name)).toEqual([...SETTING_NAMES]);
  });

  it.each(SETTING_NAMES)('tells default, bounds and meaning of %s', (setting) => {
    const row = rows.find(({ name }) => name === setting);
    const fallback = defaults[setting];
    expect(row?.fallback).toBe(fallback === undefined ? '–' : `\`${fallback}\``);
    expect(row?.bounds).toBe(boundsOf(setting));
    expect(row?.meaning.length).toBeGreaterThan(15);
  });

  it('knows every setting that the class checks', () => {
    const checked = new Set(rules.map(({ propertyName }) => propertyName));
    expect([...checked].sort()).toEqual([...SETTING_NAMES].sort());
  });
});

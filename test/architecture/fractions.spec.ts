import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

import { fractionsIn } from './fractions';

const ROOT = resolve(__dirname, '..', '..');
/** From the bytes of a message to the amounts of a charge. */
const PATH = /^libs\/(units|meter|session|tariff|usecases)\/src\/(?!.*\.(spec|contract)\.ts$)/;

/** Places that look like one and are not: each gives a whole number, for the reason beside it. */
const WHOLE: Readonly<Record<string, string>> = {
  'units/src/exact.ts: +exponent': 'one or two digits',
  'units/src/local-time.ts: millisOf(midnight) / DAY_MS': 'midnight in UTC is a whole number of days',
  'units/src/quantity.ts: +digits': 'at most 15 digits without a point',
  'units/src/quantity.ts: 10 ** DECIMALS': 'six decimals',
  'units/src/quantity.ts: 10 ** (DECIMALS - decimals)': 'from 0 to 6',
  'units/src/quantity.ts: (powerW.millionths - rest) / MILLIONTHS': 'less its remainder',
  'units/src/quantity.ts: (delivered - (delivered % WATT_MS.by)) / WATT_MS.by': 'less its remainder',
  'units/src/quantity.ts: (size - part) / MILLIONTHS': 'less its remainder',
  'units/src/quantity.ts: (product - rest) / divisor': 'less its remainder',
  'meter/src/fields.ts: +text': 'at most 15 digits without a point',
  'meter/src/fields.ts: +plain': 'at most 15 digits without a point',
  'usecases/src/streams.ts: 2 ** (attempt - 1)': 'attempts count from 1; no amount follows from a pause',
  'tariff/src/contract/json-cursor.ts: 10 ** exponent': 'from 0 to 15',
  'session/src/holds.ts: +before.value': 'a count that was written by the line beside it',
  'tariff/src/explain.ts: +`${(num * 3_600_000n) / den}`': 'a bigint',
  'tariff/src/cut.ts: +`${(above * length) / whole}`': 'a bigint',
  'tariff/src/member-reader.ts: +decimal': 'at most ten digits without a point',
  'tariff/src/location.ts: +value.text': 'at most 15 digits without a point',
  'tariff/src/plan-of.ts: +time.slice(0, 2)': 'two digits',
  'tariff/src/plan-of.ts: +time.slice(3, 5)': 'two digits',
  'tariff/src/lint-clock.ts: +time.slice(0, 2)': 'two digits',
  'tariff/src/lint-clock.ts: +time.slice(3)': 'two digits',
  'tariff/src/lint-clock.ts: Math.abs(after - before) / 60_000':
    'minutes of a hint for a person; no amount follows from it',
  'tariff/src/contract/plain-instant.ts: (count - (count % by)) / by': 'less its remainder',
};

function configOf(folder: string): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    readonly config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, folder);
}

describe('binary floating point', () => {
  it('appears nowhere between a message and an amount', () => {
    const { fileNames, options } = configOf(ROOT);
    const inPath = (file: string): boolean => PATH.test(relative(ROOT, file));
    const program = ts.createProgram(fileNames.filter(inPath), options);
    expect(program.getSourceFiles().filter(({ fileName }) => inPath(fileName)).length).toBeGreaterThan(100);
    const found = fractionsIn(program, inPath).map(({ file, code, because }) => ({
      place: `${relative(join(ROOT, 'libs'), file)}: ${code}`,
      because,
    }));
    expect(found.filter(({ place }) => !(place in WHOLE))).toEqual([]);
    expect([...new Set(found.map(({ place }) => place))].sort()).toEqual(Object.keys(WHOLE).sort());
  });

  it.each([
    ['const price = 0.25;', 'a literal with a fraction'],
    ['const price = 25e-2;', 'a literal with a fraction'],
    ['const half = (wh: number) => wh / 2;', 'a quotient that is not rounded at once'],
    ['let wh = 5; wh /= 2;', 'a quotient that is not rounded at once'],
    ['const scaled = (by: number) => by ** -2;', 'a power'],
    ['const scaled = (places: number) => 10 ** places;', 'a power'],
    ['const root = Math.sqrt(2);', 'Math.sqrt'],
    ['const near = (wh: number) => Math.round(wh);', 'Math.round'],
    ["const read = +'0.25';", 'text read as a number'],
    ["const read = Number('0.25');", 'text read as a number'],
    ["const read = parseFloat('0.25');", 'text read as a number'],
    ['const told = (wh: number) => wh.toFixed(2);', "a number's toFixed"],
    ['const loose = (exact: { toNumber(): number }) => exact.toNumber();', "a number's toNumber"],
  ])('is found where it is planted: %s', (code, because) => {
    expect(reasonsIn(code)).toEqual([because]);
  });

  it.each([
    'const day = (ms: number) => Math.floor(ms / 86_400_000);',
    'const half = (wh: bigint) => wh / 2n;',
    'const text = (exact: { toFixed(): string }) => exact.toFixed();',
    'const cents = (wh: number) => wh * 25 + (wh % 7) - 1;',
    'const limit = 2 ** 53;',
  ])('is not seen where there is none: %s', (code) => {
    expect(reasonsIn(code)).toEqual([]);
  });
});

function reasonsIn(code: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'fractions-'));
  try {
    const file = join(folder, 'planted.ts');
    writeFileSync(file, `${code}\nexport {};\n`);
    const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2024, strict: true, types: [] });
    return fractionsIn(program, (name) => name.endsWith('planted.ts')).map(({ because }) => because);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

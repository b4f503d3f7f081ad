import { Exact, isJsonObject, writeJson } from '@ledger/units';
import type { DecimalText } from '@ledger/units';
import fc from 'fast-check';
import { violationsOf } from '../../../test/support/ocpi-violations';
import {
  CDR_ID,
  at,
  number,
  questionOf,
  read,
  repriced,
  sent,
  sessionOf,
  tariff,
  totalOf,
  volumes,
} from '../../../test/support/roaming';
import { cdrObject, correctedCdr, creditCdr, sessionObject } from './index';
import type { MeteredPeriod } from './index';

const VERSIONS = ['2.2.1', '2.3.0'] as const;
const CREDIT = { id: '2c0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4', lastUpdated: at(0) };
const REPLACEMENT_ID = '3c0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4';

const period = fc.record({
  minutes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(0)),
  ms: fc.integer({ min: 0, max: 119 }).map((halves) => halves * 500),
  wh: fc.integer({ min: 0, max: 40_000 }),
  state: fc.constantFrom('charging' as const, 'idle' as const, 'suspended' as const),
  hasPower: fc.boolean(),
  currentA: fc.option(fc.integer({ min: 0, max: 96 }), { nil: undefined }),
});

const sessions = fc.array(period, { minLength: 1, maxLength: 8 }).map((drawn) => {
  let ms = 0;
  const periods = drawn.map((one): MeteredPeriod => {
    const startedAt = at(ms);
    const length = one.minutes * 60_000 + one.ms;
    ms += length;
    const wh = one.state === 'charging' ? one.wh : 0;
    return {
      startedAt,
      endedAt: at(ms),
      energyWh: `${wh}` as DecimalText,
      state: one.state,
      ...(one.hasPower ? { powerW: `${(one.wh * 7) % 22_000}.125` as DecimalText } : {}),
      ...(one.currentA === undefined ? {} : { currentA: `${one.currentA}` as DecimalText }),
    };
  });
  return sessionOf(periods);
});

const component = fc.record(
  {
    type: fc.constantFrom('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'),
    price: fc.integer({ min: 0, max: 9_999 }).map((n) => `${Math.floor(n / 100)}.${`${n % 100}`.padStart(2, '0')}`),
    vat: fc.constantFrom('0', '7', '19', '20.5'),
    step_size: fc.constantFrom(1, 60, 300, 1_000),
  },
  { requiredKeys: ['type', 'price', 'step_size'] },
);

const restrictions = fc.record(
  {
    start_time: fc.constantFrom('22:00', '02:30', '06:00'),
    end_time: fc.constantFrom('00:00', '03:00', '12:15'),
    max_kwh: fc.constantFrom('5', '12.5', '30'),
    min_power: fc.constantFrom('3.7', '11'),
    max_current: fc.constantFrom('16', '32'),
    min_duration: fc.constantFrom(1_800, 7_200),
    day_of_week: fc.constantFrom(['SUNDAY'], ['SATURDAY', 'MONDAY']),
  },
  { requiredKeys: [] },
);

const element = fc.record({
  price_components: fc.uniqueArray(component, { minLength: 1, maxLength: 4, selector: ({ type }) => type }),
  restrictions,
});

const limit = fc.constantFrom('0.5', '3', '20');
const tariffs = fc.tuple(
  fc.array(element, { minLength: 1, maxLength: 4 }),
  fc.constantFrom(
    {},
    { tax_included: 'NO' },
    { tax_included: 'YES' },
    { tax_included: 'N/A' },
    { tariff_alt_text: [{ language: 'en', text: 'night' }], start_date_time: '2020-01-01T00:00:00Z' },
  ),
  fc.option(limit, { nil: undefined }),
  fc.option(limit, { nil: undefined }),
);

const anyTariff = tariffs.map(([elements, more, min, max]) => {
  const [excl, incl] = 'tax_included' in more ? ['before_taxes', 'after_taxes'] : ['excl_vat', 'incl_vat'];
  return tariff({
    elements,
    ...more,
    ...(min === undefined ? {} : { min_price: { [excl]: min, [incl]: min } }),
    ...(max === undefined ? {} : { max_price: { [excl]: max, [incl]: max } }),
  });
});

describe.each(VERSIONS)('a CDR of OCPI %s', (version) => {
  it('is what the text requires: members, types, lengths and words, for any session and tariff', () => {
    fc.assert(
      fc.property(sessions, anyTariff, (session, by) => {
        const question = questionOf(session, by);
        const cdr = sent(cdrObject(CDR_ID, question, version));
        expect(violationsOf(cdr, 'cdr', version)).toEqual([]);
        expect(violationsOf(sent(sessionObject(question, version)), 'session', version)).toEqual([]);
        expect(violationsOf(read(creditCdr(cdr, CREDIT)), 'cdr', version)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('adds up: energy to the total to the digit, and the parts to the total where no limit holds', () => {
    fc.assert(
      fc.property(sessions, anyTariff, (session, by) => {
        const question = questionOf(session, by);
        const cdr = sent(cdrObject(CDR_ID, question, version));
        const metered = session.periods.reduce((sum, { energyWh }) => sum.plus(energyWh), new Exact(0)).div(1_000);
        expect(volumes(cdr, 'ENERGY').toFixed()).toBe(metered.toFixed());
        expect(number(cdr['total_energy']).toFixed()).toBe(metered.toFixed());
        if (question.charge.lines.some(({ dimension }) => dimension === 'LIMIT')) return;
        const excl = version === '2.2.1' ? 'excl_vat' : 'before_taxes';
        const parts = ['fixed', 'energy', 'time', 'parking', 'reservation'].map((part) => cdr[`total_${part}_cost`]);
        const sum = parts.filter(isJsonObject).reduce((all, part) => all.plus(number(part[excl])), new Exact(0));
        expect(sum.toFixed()).toBe(totalOf(cdr, version).excl.toFixed());
      }),
      { numRuns: 80 },
    );
  });

  it('gives its receiver the total again, and its credit the same with the opposite sign', () => {
    fc.assert(
      fc.property(sessions, anyTariff, (session, by) => {
        const cdr = sent(cdrObject(CDR_ID, questionOf(session, by), version));
        if (cdr['tariffs'] === undefined) {
          expect([version, by.taxIncluded, typeof cdr['remark']]).toEqual(['2.2.1', 'YES', 'string']);
          return;
        }
        for (const one of [cdr, read(creditCdr(cdr, CREDIT))]) {
          const [stated, again] = [totalOf(one, version), repriced(one, version)];
          expect(again.excl.minus(stated.excl).abs().lte(TOLERANCE)).toBe(true);
          expect(again.incl.minus(stated.incl).abs().lte(TOLERANCE)).toBe(true);
        }
      }),
      { numRuns: 120, seed: 20_261_125 },
    );
  });

  it('is credited and replaced when its charge was amended: the sum of all three is the amended charge', () => {
    fc.assert(
      fc.property(sessions, sessions, anyTariff, anyTariff, (was, now, before, after) => {
        const original = sent(cdrObject(CDR_ID, questionOf(was, before), version));
        const amended = { id: REPLACEMENT_ID, question: questionOf(now, after), credit: CREDIT };
        const corrected = correctedCdr(original, amended, version);
        if (corrected.status === 'unchanged') return;
        if (corrected.status === 'refused') throw new Error(JSON.stringify(corrected.findings));
        const [credit, replacement] = [corrected.credit, corrected.replacement].map(read);
        if (credit === undefined || replacement === undefined) throw new Error('two objects are expected');
        expect([credit, replacement].flatMap((one) => violationsOf(one, 'cdr', version))).toEqual([]);
        const total = [original, credit, replacement].map((one) => totalOf(one, version));
        const due = totalOf(sent(cdrObject(REPLACEMENT_ID, amended.question, version)), version);
        for (const amount of ['excl', 'incl'] as const) {
          const sum = total.reduce((all, one) => all.plus(one[amount]), new Exact(0));
          expect(sum.toFixed()).toBe(due[amount].toFixed());
        }
      }),
      { numRuns: 80 },
    );
  });

  it('writes 4 decimals through no binary float: 0.1 and 0.2 kWh are 0.3 kWh', () => {
    const periods = ['100', '200'].map((energyWh, index): MeteredPeriod => ({
      startedAt: at(index * 60_000),
      endedAt: at((index + 1) * 60_000),
      energyWh: energyWh as DecimalText,
      state: 'charging',
    }));
    const by = tariff({ elements: [{ price_components: [{ type: 'ENERGY', price: '0.3', step_size: 100 }] }] });
    const text = writeJson(sent(cdrObject(CDR_ID, questionOf(sessionOf(periods), by), version)));
    expect(text).toContain('"total_energy":0.3,');
    expect(text).toContain(
      version === '2.2.1' ? '"total_cost":{"excl_vat":0.09,' : '"total_cost":{"before_taxes":0.09,',
    );
  });
});

/** What cutting volumes to OCPI's four decimals can move an amount by; the ledger itself computes with the exact ones. */
const TOLERANCE = new Exact('0.03');

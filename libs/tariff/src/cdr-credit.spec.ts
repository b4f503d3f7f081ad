import { writeJson } from '@ledger/units';
import type { DecimalText } from '@ledger/units';
import { violationsOf } from '../../../test/support/ocpi-violations';
import { CDR_ID, at, questionOf, read, sent, sessionOf, tariff } from '../../../test/support/roaming';
import { cdrObject, correctedCdr, creditCdr } from './index';
import type { CdrQuestion } from './index';

const CREDIT = { id: '2c0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4', lastUpdated: at(7_000) };
const REPLACEMENT_ID = '3c0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4';
const BY = tariff({ elements: [{ price_components: [{ type: 'ENERGY', price: '0.5', vat: '19', step_size: 1 }] }] });

function charged(energyWh: string): CdrQuestion {
  const energy = { energyWh: energyWh as DecimalText, state: 'charging' } as const;
  return questionOf(sessionOf([{ startedAt: at(0), endedAt: at(3_600_000), ...energy }]), BY);
}

const original = sent(cdrObject(CDR_ID, charged('10000'), '2.2.1'));

describe('a credit CDR', () => {
  it('is the original with an id of its own, and only its total negated', () => {
    const credit = creditCdr(original, CREDIT);
    const { total_cost: total, ...rest } = credit;
    const { total_cost: _, ...same } = original;
    expect(writeJson(total ?? null)).toBe('{"excl_vat":-5,"incl_vat":-5.95}');
    expect(rest).toEqual({
      ...same,
      id: CREDIT.id,
      credit: true,
      credit_reference_id: CDR_ID,
      last_updated: CREDIT.lastUpdated,
    });
    expect(violationsOf(read(credit), 'cdr', '2.2.1')).toEqual([]);
  });

  it('has an id that OCPI allows and that is not the original’s, and is not credited itself', () => {
    for (const id of ['', 'x'.repeat(40), 'ümlaut', CDR_ID]) {
      expect(() => creditCdr(original, { ...CREDIT, id })).toThrow(RangeError);
    }
    expect(creditCdr(original, { ...CREDIT, id: 'x'.repeat(39) })['id']).toBe('x'.repeat(39));
    expect(() => creditCdr(creditCdr(original, CREDIT), { ...CREDIT, id: 'another' })).toThrow(RangeError);
  });
});

describe('a CDR whose charge was amended', () => {
  const amendedTo = (energyWh: string, id = REPLACEMENT_ID): ReturnType<typeof correctedCdr> =>
    correctedCdr(original, { id, question: charged(energyWh), credit: CREDIT }, '2.2.1');

  it('is credited as it was sent, and the amended charge takes its place under another id', () => {
    const corrected = amendedTo('11200');
    if (corrected.status !== 'corrected') throw new Error(corrected.status);
    const { credit, replacement } = corrected;
    expect(credit).toEqual(creditCdr(original, CREDIT));
    expect([replacement['id'], replacement['credit']]).toEqual([REPLACEMENT_ID, undefined]);
    expect(writeJson(replacement['total_cost'] ?? null)).toBe('{"excl_vat":5.6,"incl_vat":6.664}');
    expect(() => amendedTo('11200', CDR_ID)).toThrow(RangeError);
  });

  it('stays when the amendment says the same, whenever it came', () => {
    const question = charged('10000');
    const later = { ...question, session: { ...question.session, lastUpdated: at(99_000_000) } };
    expect(correctedCdr(original, { id: CDR_ID, question: later, credit: CREDIT }, '2.2.1')).toEqual({
      status: 'unchanged',
    });
  });

  it('stays too where the amended charge cannot be said in OCPI, with every reason', () => {
    const { connector: _, evse: __, ...session } = charged('11200').session;
    const question = { ...charged('11200'), session };
    expect(correctedCdr(original, { id: REPLACEMENT_ID, question, credit: CREDIT }, '2.2.1')).toMatchObject({
      status: 'refused',
      findings: [{ code: 'connector-unknown' }],
    });
  });
});

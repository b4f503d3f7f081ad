import type { Assessment } from './assessment';
import { assess } from './assess/assess';
import { plausibility } from './plausibility';
import { KEY, decimal, moment, reading, said } from './statement-builder';

function session(from: readonly [string, string], to: readonly [string, string]): Assessment {
  return assess(
    [
      said({ kind: 'started', at: from[0], readings: [reading(from[0], from[1], 'Transaction.Begin')] }),
      said({ kind: 'ended', at: to[0], readings: [reading(to[0], to[1], 'Transaction.End')] }),
    ],
    KEY,
  );
}

const SITE = { powerMaxW: decimal('22000') };

describe('plausibility', () => {
  it('lets an ordinary session pass', () => {
    const previous = { registerEndWh: decimal('1000'), endedAt: moment('08:00') };
    expect(plausibility(session(['08:00', '1000'], ['09:00', '22000']), SITE, previous)).toEqual([]);
  });

  it('holds more energy than the connector can deliver in the time, with value and bound', () => {
    const holds = plausibility(session(['08:00', '1000'], ['09:00', '25000']), SITE);
    expect(holds).toMatchObject([{ rule: 'power-impossible', value: '24000', bound: '23366.667' }]);
  });

  it('holds one impossible period in an otherwise possible session', () => {
    const assessment = assess(
      [
        said({ kind: 'started', at: '08:00', readings: [reading('08:00', '0')] }),
        said({ kind: 'updated', at: '08:15', readings: [reading('08:15', '20000')] }),
        said({ kind: 'ended', at: '12:00', readings: [reading('12:00', '21000')] }),
      ],
      KEY,
    );
    expect(plausibility(assessment, SITE)).toMatchObject([{ rule: 'power-impossible', value: '20000' }]);
  });

  it('bounds the power also where the site states none', () => {
    expect(plausibility(session(['08:00', '1'], ['08:01', '500000']))).toMatchObject([{ rule: 'power-impossible' }]);
  });

  describe('where the site states no power', () => {
    /** Registers a quarter of an hour apart. */
    function charging(...registers: readonly string[]): Assessment {
      const times = ['08:00', '08:15', '08:30', '08:45', '09:00', '09:15'];
      const told = registers.map((register, index) => {
        const at = times[index] ?? '09:30';
        const kind = index === 0 ? 'started' : index === registers.length - 1 ? 'ended' : 'updated';
        return said({ kind, at, readings: [reading(at, register)] });
      });
      return assess(told, KEY);
    }

    it('holds one period that needs many times the power of all others, as after an exchange for a meter that counted more', () => {
      const exchanged = charging('1000', '2000', '3000', '32000', '33000');
      expect(plausibility(exchanged)).toMatchObject([{ rule: 'power-unlike', value: '29000', bound: '22333.333' }]);
      expect(plausibility(exchanged, { powerMaxW: decimal('150000') })).toEqual([]);
    });

    it('lets a car charge faster for once, and says nothing of a session with few periods', () => {
      expect(plausibility(charging('1000', '2000', '3000', '22000', '23000'))).toEqual([]);
      expect(plausibility(charging('1000', '2000', '32000'))).toEqual([]);
      expect(plausibility(charging('1000', '2000', '32000', '33000'))).toMatchObject([{ rule: 'power-unlike' }]);
    });
  });

  it('holds a long session that delivered nothing, but not a short one', () => {
    expect(plausibility(session(['08:00', '1000'], ['12:00', '1003']), SITE)).toMatchObject([
      { rule: 'time-without-energy', value: '3', bound: '50' },
    ]);
    expect(plausibility(session(['08:00', '1000'], ['08:30', '1000']), SITE)).toEqual([]);
  });

  it('holds a session that began before the one before it ended', () => {
    const holds = plausibility(session(['08:00', '1000'], ['09:00', '2000']), SITE, { endedAt: moment('08:05') });
    expect(holds).toMatchObject([{ rule: 'overlap', value: moment('08:00'), bound: moment('08:05') }]);
  });

  it('holds a register below the end of the session before, but not a count per session', () => {
    const previous = { registerEndWh: decimal('1500'), endedAt: moment('07:00') };
    expect(plausibility(session(['08:00', '1000'], ['09:00', '2000']), SITE, previous)).toMatchObject([
      { rule: 'register-continuity', value: '1000', bound: '1500' },
    ]);
    expect(plausibility(session(['08:00', '0'], ['09:00', '2000']), SITE, previous)).toEqual([]);
  });

  it('holds a start at 0 that ends above a session before it whose meter counts for life', () => {
    const before = (start: string, end: string) => ({
      registerStartWh: decimal(start),
      registerEndWh: decimal(end),
      endedAt: moment('07:00'),
    });
    const young = session(['08:00', '0'], ['09:00', '2000']);
    expect(plausibility(young, SITE, before('500', '1500'))).toMatchObject([
      { rule: 'register-continuity', value: '0', bound: '1500' },
    ]);
    expect(plausibility(young, SITE, before('0', '1500'))).toEqual([]);
    expect(plausibility(young, SITE, before('500', '30000'))).toEqual([]);
  });

  it('takes a start rounded to whole watt-hours, or to the steps of a coarse register, for no fall', () => {
    const previous = { registerEndWh: decimal('1009.6'), endedAt: moment('07:00') };
    expect(plausibility(session(['08:00', '1000'], ['09:00', '2000']), SITE, previous)).toEqual([]);
    const further = { ...previous, registerEndWh: decimal('1010.1') };
    expect(plausibility(session(['08:00', '1000'], ['09:00', '2000']), SITE, further)).toMatchObject([
      { rule: 'register-continuity' },
    ]);
  });

  it('holds a session that takes longer than any can', () => {
    const holds = plausibility(session(['2026-01-01T00:00:00Z', '0'], ['2026-06-01T00:00:00Z', '90000']), SITE);
    expect(holds).toMatchObject([{ rule: 'clock-impossible', bound: '5184000' }]);
  });

  it('judges no energy that is not known', () => {
    const unmetered = assess([said({ kind: 'started', at: '08:00' }), said({ kind: 'ended', at: '20:00' })], KEY);
    expect(plausibility(unmetered, SITE)).toEqual([]);
  });
});

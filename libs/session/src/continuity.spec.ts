import { Exact, instantOf } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import fc from 'fast-check';
import { METER_BREAKS_MAX, MeterFollower } from './continuity';
import type { MeterContinuity, MeterSpan } from './continuity';

const START = Date.parse('2026-06-01T08:00:00Z');
const at = (hours: number): Instant => instantOf(START + hours * 3_600_000) ?? ('' as Instant);

/** A session of an hour: its place in time, the registers at its ends, and its energy if that is not their difference. */
function span(hour: number, registers: readonly [string, string] | undefined, energyWh?: string): MeterSpan {
  const [start, end] = registers ?? [];
  const counted = start === undefined || end === undefined ? undefined : new Exact(end).minus(start).toFixed();
  const energy = energyWh ?? counted;
  return {
    session: `s${hour}`,
    startedAt: at(hour),
    endedAt: at(hour + 1),
    ...(energy === undefined ? {} : { energyWh: energy as DecimalText }),
    ...(start === undefined ? {} : { registerStartWh: start as DecimalText }),
    ...(end === undefined ? {} : { registerEndWh: end as DecimalText }),
  };
}

function followed(...spans: readonly MeterSpan[]): MeterContinuity {
  const follower = new MeterFollower();
  for (const one of spans) follower.add(one);
  return follower.report();
}

describe('the continuity of a meter', () => {
  it('is whole where each session begins where the one before ended', () => {
    expect(followed(span(0, ['1000', '1500.5']), span(2, ['1500.5', '1600']))).toEqual({
      sessions: 2,
      firstAt: at(0),
      lastAt: at(3),
      firstRegisterWh: '1000',
      lastRegisterWh: '1600',
      advanceWh: '600',
      sessionsWh: '600',
      unbilledWh: '0',
      missingWh: '0',
      fallenWh: '0',
      withoutRegisters: 0,
      unconfirmedWh: '0',
      breaks: [],
      breaksTotal: 0,
    });
  });

  it('names energy that flowed between two sessions, to the digit', () => {
    const report = followed(span(0, ['0.1', '0.2']), span(5, ['1.3', '1.4']));
    expect(report).toMatchObject({ advanceWh: '1.3', sessionsWh: '0.2', unbilledWh: '1.1' });
    expect(report.breaks).toEqual([
      {
        kind: 'unbilled',
        energyWh: '1.1',
        after: 's0',
        session: 's5',
        from: at(1),
        to: at(5),
        fromWh: '0.2',
        toWh: '1.3',
      },
    ]);
  });

  it('names energy that a session does not count, and a register that fell within one', () => {
    const missing = followed(span(0, ['100', '300'], '150'));
    expect(missing).toMatchObject({ advanceWh: '200', sessionsWh: '150', missingWh: '50', fallenWh: '0' });
    expect(missing.breaks).toMatchObject([{ kind: 'missing', energyWh: '50', after: 's0', session: 's0' }]);
    const reset = followed(span(0, ['1000', '200'], '450'));
    expect(reset).toMatchObject({ advanceWh: '450', missingWh: '0', fallenWh: '1250' });
  });

  it('takes a meter that was exchanged between two sessions for what it is: nothing is unbilled', () => {
    const report = followed(span(0, ['90000', '91000']), span(2, ['5', '105']), span(4, ['105', '205']));
    expect(report).toMatchObject({ advanceWh: '1200', sessionsWh: '1200', unbilledWh: '0', fallenWh: '90995' });
  });

  it('sets sessions without registers against the advance around them, and confirms none outside of it', () => {
    const report = followed(
      span(0, undefined, '7'),
      span(1, ['100', '200']),
      span(2, undefined, '30'),
      span(3, undefined),
      span(4, ['250', '300']),
      span(5, undefined, '11'),
    );
    expect(report).toMatchObject({ sessions: 6, withoutRegisters: 4, advanceWh: '200', sessionsWh: '180' });
    expect(report).toMatchObject({ unbilledWh: '20', fallenWh: '0', unconfirmedWh: '18' });
    expect(followed(span(0, undefined, '7'))).toMatchObject({ advanceWh: '0', sessionsWh: '0', unconfirmedWh: '7' });
  });

  it('counts less than a Wh, as registers are rounded by, and calls it no break', () => {
    const report = followed(span(0, ['0', '100.7']), span(1, ['100', '200']), span(2, ['200.999', '300']));
    expect(report).toMatchObject({ fallenWh: '0.7', unbilledWh: '0.999', breaks: [], breaksTotal: 0 });
  });

  it('lists the first breaks and counts all', () => {
    const many = Array.from({ length: METER_BREAKS_MAX + 5 }, (_, hour) =>
      span(hour, [`${hour * 10}`, `${hour * 10 + 9}`]),
    );
    const { breaks, breaksTotal, unbilledWh } = followed(...many);
    expect([breaks.length, breaksTotal, unbilledWh]).toEqual([
      METER_BREAKS_MAX,
      METER_BREAKS_MAX + 4,
      `${METER_BREAKS_MAX + 4}`,
    ]);
  });

  it('always adds up: what the registers say is what sessions, gaps and falls say', () => {
    const register = fc.integer({ min: 0, max: 9_999_999 }).map((n) => new Exact(n).div(1_000).toFixed());
    const spans = fc.array(
      fc.tuple(fc.option(fc.tuple(register, register), { freq: 4 }), fc.option(register, { nil: undefined, freq: 2 })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(spans, (drawn) => {
        const report = followed(
          ...drawn.map(([registers, energy], hour) => span(hour, registers ?? undefined, energy)),
        );
        const { advanceWh, sessionsWh, unbilledWh, missingWh, fallenWh, firstRegisterWh, lastRegisterWh } = report;
        expect(new Exact(sessionsWh).plus(unbilledWh).plus(missingWh).toFixed()).toBe(advanceWh);
        const advanced = new Exact(lastRegisterWh ?? 0).minus(firstRegisterWh ?? 0);
        expect(new Exact(advanceWh).minus(fallenWh).toFixed()).toBe(advanced.toFixed());
        for (const sum of [unbilledWh, missingWh, fallenWh]) expect(new Exact(sum).isNegative()).toBe(false);
      }),
    );
  });
});

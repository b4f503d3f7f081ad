import type { Statement } from '@ledger/meter';
import { assess, plausibility, type Assessment, type PreviousSession } from '@ledger/session';
import { Exact, type DecimalText } from '@ledger/units';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decimal, ended, KEY, sampled, started } from '../support/session-story';

const DATA = join(__dirname, '../data');

interface Episode {
  readonly energy_kwh: string;
  readonly readings: readonly { readonly t: string; readonly register_kwh: string }[];
}

function konstanz(): readonly (readonly Statement[])[] {
  const text = gunzipSync(readFileSync(join(DATA, 'konstanz-ev-register/derived/ev_episodes.jsonl.gz'))).toString();
  const episodes = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Episode);
  return episodes.map(({ readings }) =>
    readings.map(({ t, register_kwh: kwh }, index) => {
      const make = index === 0 ? started : index === readings.length - 1 ? ended : sampled;
      return make(t, new Exact(kwh).times(1_000).toFixed());
    }),
  );
}

/** The sessions of the fast charger in order of arrival, with a register for each plug that counts on. */
function epfl(): readonly { readonly plug: string; readonly statements: readonly Statement[] }[] {
  const rows = readFileSync(join(DATA, 'epfl-dc-fast/derived/sessions.csv'), 'utf8').trim().split('\n').slice(1);
  const registers = new Map<string, Exact>();
  const arrivals = rows.map((row) => row.split(',')).sort(([, , one = ''], [, , other = '']) => (one < other ? -1 : 1));
  return arrivals.map(([, plug = '', arrival, departure, wattHours = '0']) => {
    const from = registers.get(plug) ?? new Exact(0);
    const to = from.plus(wattHours);
    registers.set(plug, to);
    return {
      plug,
      statements: [started(`${arrival ?? ''}Z`, from.toFixed()), ended(`${departure ?? ''}Z`, to.toFixed())],
    };
  });
}

function total(assessments: readonly Assessment[]): string {
  return assessments.reduce((sum, { energyWh }) => sum.plus(energyWh ?? 'NaN'), new Exact(0)).toFixed();
}

describe('real sessions', () => {
  it('of a home charger with hourly registers are simple, and exact to the watt-hour', () => {
    const assessments = konstanz().map((statements) => assess(statements, KEY));
    expect(assessments).toHaveLength(297);
    expect(total(assessments)).toBe('1320498');
    for (const assessment of assessments) {
      expect([...assessment.findings, ...assessment.holds]).toEqual([]);
      expect(plausibility(assessment, { powerMaxW: decimal('11000') })).toEqual([]);
    }
  });

  it('of a fast charger with begin and end only are simple, exact and possible', () => {
    const before = new Map<string, PreviousSession>();
    const assessments = epfl().map(({ plug, statements }) => {
      const assessment = assess(statements, KEY);
      expect([...assessment.findings, ...assessment.holds]).toEqual([]);
      expect(plausibility(assessment, { powerMaxW: decimal('172500') }, before.get(plug))).toEqual([]);
      const registerEndWh: DecimalText = assessment.registerEndWh ?? decimal('0');
      before.set(plug, { endedAt: assessment.endedAt, registerEndWh });
      return assessment;
    });
    expect(assessments).toHaveLength(1_878);
    expect(total(assessments)).toBe('60441935.575');
  });
});

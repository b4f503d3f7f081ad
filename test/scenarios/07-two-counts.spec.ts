import type { Statement } from '@ledger/meter';
import { reading, said, story, type Story } from '../support/session-story';

function told(start: string, stop: string, ...samples: readonly (readonly [string, string])[]): Story {
  const updates = samples.map(([at, text]): Statement => said({ kind: 'updated', at, readings: [reading(at, text)] }));
  return story(
    said({ kind: 'started', at: '08:00', register: start }),
    ...updates,
    said({ kind: 'ended', at: '10:00', register: stop }),
  );
}

describe('scenario 7: the register counts per session in one place and for the life of the meter in another', () => {
  it('finds the energy when start and stop count for life and the readings for the session', () => {
    const mixed = told('909948', '915948', ['08:00', '0'], ['09:00', '3000'], ['10:00', '6000']);
    expect(mixed.assessment).toMatchObject({ energyWh: '6000', registerStartWh: '909948', registerEndWh: '915948' });
    expect(mixed.assessment.periods.map(({ energyWh }) => energyWh)).toEqual(['3000', '3000']);
    expect(mixed.findings).toEqual(['register-per-session']);
    expect(mixed.held).toEqual([]);
  });

  it('finds it when start and stop count for the session and the readings for life', () => {
    const mixed = told('0', '6000', ['08:00:10', '909948'], ['09:00', '912948'], ['09:59:50', '915948']);
    expect(mixed.assessment.energyWh).toBe('6000');
    expect(mixed.findings).toEqual(['register-per-session']);
    expect(mixed.held).toEqual([]);
  });

  it('finds it when only the start is of another count', () => {
    const reverse = told('909948', '6000', ['08:00:01', '0'], ['09:00', '3000']);
    expect(reverse.assessment.energyWh).toBe('6000');
    expect(reverse.held).toEqual([]);
  });

  it('finds it when the start is zero and everything else counts for life', () => {
    const reverse = told('0', '915948', ['08:00:10', '909948'], ['09:00', '912948']);
    expect(reverse.assessment.energyWh).toBe('6000');
    expect(reverse.findings).toEqual(['baseline-inferred']);
  });

  it('takes a register that shows whole steps, just below an exact start, for the same count', () => {
    const coarse = told('8750375', '8758856', ['08:02', '8750370'], ['09:58', '8758310']);
    expect(coarse.assessment.energyWh).toBe('8481');
    expect(coarse.findings).toEqual(['register-wavered']);
    expect(coarse.held).toEqual([]);
  });

  it('holds the session when the two counts tell different energies', () => {
    const disagreeing = told('909948', '915948', ['08:00', '0'], ['09:00', '1500'], ['10:00', '2000']);
    expect(disagreeing.assessment.energyWh).toBe('6000');
    expect(disagreeing.held).toEqual(['registers-disagree']);
    expect(disagreeing.assessment.holds[0]).toMatchObject({ value: '2000', bound: '6000' });
  });

  it('takes the readings at both ends where a young meter states its life in the messages', () => {
    const stop = said({
      kind: 'ended',
      at: '10:00',
      register: '112080',
      readings: [
        reading('08:00', '0', 'Transaction.Begin'),
        reading('09:00', '6356.6'),
        reading('10:00', '10577.44', 'Transaction.End'),
      ],
    });
    const young = story(said({ kind: 'started', at: '08:00', register: '101503' }), stop);
    expect(young.assessment.energyWh).toBe('10577.44');
    expect(young.findings).toEqual(['start-registers-differ', 'end-registers-differ']);
    expect(young.held).toEqual([]);
  });
});

import { canon } from '@ledger/units';
import { ordersOf, reading, said, story } from '../support/session-story';

const START = said({ kind: 'started', at: '08:00', register: '1000' });
const SAMPLE = said({ kind: 'updated', at: '09:30', readings: [reading('09:30', '7400')] });
const STRAGGLER = said({ kind: 'updated', at: '09:50', readings: [reading('09:50', '7000')] });
const STOP = said({
  kind: 'ended',
  at: '10:00',
  register: '9000',
  readings: [reading('09:30', '7400'), reading('10:00', '9004', 'Transaction.End')],
});

describe('scenario 14: the last sample is early, the end reading lies above meterStop, a straggler comes later', () => {
  it('bills up to the end reading, the higher of the two, and says that they differ', () => {
    const told = story(START, SAMPLE, STOP);
    expect(told.assessment).toMatchObject({ energyWh: '8004', registerEndWh: '9004' });
    expect(told.findings).toEqual(['end-registers-differ']);
  });

  it('counts a straggler within the session and never shrinks it', () => {
    const within = said({ kind: 'updated', at: '09:50', readings: [reading('09:50', '8800')] });
    const told = story(START, SAMPLE, STOP, within);
    expect(told.verdicts.at(-1)).toBe('late');
    expect(told.assessment.energyWh).toBe('8004');
    expect(told.assessment.periods.map(({ energyWh }) => energyWh)).toEqual(['6400', '1400', '204']);
  });

  it('never shrinks it either when the straggler contradicts the register, but asks a person', () => {
    const told = story(START, SAMPLE, STOP, STRAGGLER);
    expect(told.held).toEqual(['register-fell']);
    expect(told.assessment.energyWh).toBe('8004');
  });

  it('gives the same bytes in every order', () => {
    const expected = canon(story(START, SAMPLE, STOP, STRAGGLER).assessment);
    for (const order of ordersOf([START, SAMPLE, STOP, STRAGGLER])) {
      expect(canon(story(...order).assessment)).toBe(expected);
    }
  });

  it('does not count a reading from after the end', () => {
    const after = said({ kind: 'updated', at: '10:30', readings: [reading('10:30', '9900')] });
    const told = story(START, SAMPLE, STOP, after);
    expect(told.assessment.energyWh).toBe('8004');
    expect(told.findings).toEqual(['reading-after-end', 'end-registers-differ']);
  });
});

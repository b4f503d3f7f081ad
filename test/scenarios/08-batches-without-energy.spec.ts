import { canon } from '@ledger/units';
import { reading, said, story, value } from '../support/session-story';

const START = said({ kind: 'started', at: '08:00', readings: [reading('08:00', '1000', 'Transaction.Begin')] });
const CLOCK = said({ kind: 'updated', at: '09:00', readings: [reading('09:00', '4000', 'Sample.Clock')] });
const END = said({ kind: 'ended', at: '10:00', readings: [reading('10:00', '9000', 'Transaction.End')] });
const soc = (at: string, text: string) =>
  said({ kind: 'updated', at, readings: [reading(at, [value(text, { measurand: 'SoC', unit: 'Percent' })])] });
const voltage = said({
  kind: 'updated',
  at: '09:30',
  readings: [reading('09:30', [value('230', { measurand: 'Voltage', unit: 'V', phase: 'L1' })], 'Sample.Clock')],
});

describe('scenario 8: batches with state of charge or voltage only lie between batches with energy', () => {
  const plain = story(START, CLOCK, END).assessment;
  const mixed = story(START, soc('08:30', '40'), CLOCK, voltage, soc('09:45', '80'), END).assessment;

  it('leaves energy, periods and findings as they were', () => {
    expect(mixed.energyWh).toBe('8000');
    expect(canon([mixed.periods, mixed.findings, mixed.holds])).toBe(
      canon([plain.periods, plain.findings, plain.holds]),
    );
  });

  it('counts a register that was sampled by the clock', () => {
    expect(plain.periods.map(({ energyWh }) => energyWh)).toEqual(['3000', '5000']);
  });
});

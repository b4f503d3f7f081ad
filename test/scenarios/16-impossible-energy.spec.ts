import { plausibility } from '@ledger/session';
import { decimal, said, story } from '../support/session-story';

describe('scenario 16: 6.82 MWh in 20 minutes on a 22 kW post', () => {
  const { assessment } = story(
    said({ kind: 'started', at: '08:00', register: '1000' }),
    said({ kind: 'ended', at: '08:20', register: '6821000' }),
  );

  it('is held, and shows rule, value and bound', () => {
    expect(assessment.energyWh).toBe('6820000');
    expect(plausibility(assessment, { powerMaxW: decimal('22000') })).toEqual([
      {
        rule: 'power-impossible',
        because: 'More energy than 22000 W can deliver from 2026-06-01T08:00:00.000Z to 2026-06-01T08:20:00.000Z.',
        value: '6820000',
        bound: '8700',
      },
    ]);
  });

  it('is held also where the location is not known', () => {
    expect(plausibility(assessment).map(({ rule }) => rule)).toEqual(['power-impossible']);
  });
});

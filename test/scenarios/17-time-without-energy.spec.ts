import { plausibility } from '@ledger/session';
import { decimal, said, story } from '../support/session-story';

describe('scenario 17: four days and 0.003 kWh on a broken connector', () => {
  it('keeps the energy exact and holds the session for its time', () => {
    const { assessment, findings } = story(
      said({ kind: 'started', at: '2026-06-01T08:00:00Z', register: '1000' }),
      said({ kind: 'ended', at: '2026-06-05T08:00:00Z', register: '1003' }),
    );
    expect(assessment.energyWh).toBe('3');
    expect(findings).toEqual([]);
    expect(plausibility(assessment, { powerMaxW: decimal('22000') })).toMatchObject([
      { rule: 'time-without-energy', value: '3', bound: '50' },
    ]);
  });
});

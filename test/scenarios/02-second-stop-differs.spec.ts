import { canon } from '@ledger/units';
import { ordersOf, said, story } from '../support/session-story';

const START = said({ kind: 'started', at: '08:00', register: '1000' });
const STOP = said({ kind: 'ended', at: '10:00', register: '9000', identity: 'stop/tx-1' });
const OTHER = said({ kind: 'ended', at: '10:03', register: '9500', identity: 'stop/tx-1' });

describe('scenario 2: a second stop of the same transaction states another meterStop', () => {
  it('keeps the first as the basis, records the conflict and holds the session', () => {
    const told = story(START, STOP, OTHER);
    expect(told.verdicts).toEqual(['recorded', 'recorded', 'conflicting']);
    expect(told.assessment).toMatchObject({ energyWh: '8000', statements: 3 });
    expect(told.findings).toEqual(['conflicting-evidence']);
    expect(told.held).toEqual(['conflicting-evidence']);
  });

  it('loses neither: both contents are in the stream', () => {
    const kept = [...story(START, STOP, OTHER).session.kept.statements()];
    expect(kept.map(({ register }) => register)).toEqual(['1000', '9000', '9500']);
  });

  it('decides by what is said where both claim one moment, whatever the random ids in their digests', () => {
    const same = said({ kind: 'ended', at: '10:00', register: '9500', identity: 'stop/tx-1' });
    for (const digest of ['0'.repeat(64), 'f'.repeat(64)]) {
      const told = story(START, STOP, { ...same, digest });
      expect(told.assessment.energyWh).toBe('8000');
      expect(canon(told.assessment)).not.toContain(digest);
    }
  });

  it('decides by device time, not by which one came first', () => {
    const expected = canon(story(START, STOP, OTHER).assessment);
    for (const order of ordersOf([START, STOP, OTHER])) expect(canon(story(...order).assessment)).toBe(expected);
  });
});

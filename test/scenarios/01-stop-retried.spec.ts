import { canon } from '@ledger/units';
import { reading, said, story } from '../support/session-story';

const START = said({ kind: 'started', at: '08:00', register: '1000' });
const STOP = said({
  kind: 'ended',
  at: '10:00',
  register: '9000',
  readings: [reading('09:00', '5000'), reading('10:00', '9000', 'Transaction.End')],
});

describe('scenario 1: a stop is retried five times under new message ids, the last time 40 days later', () => {
  const retries = [1, 2, 3, 4].map((count) => ({ ...STOP, messageId: `retry-${count}` }));
  const last = { ...STOP, messageId: 'retry-5', receivedAt: said({ kind: 'ended', at: '2026-07-11T08:00:00Z' }).at };
  const retried = story(START, STOP, ...retries, last);

  it('ends the session once, and answers every retry with duplicate', () => {
    expect(retried.verdicts).toEqual(['recorded', 'recorded', ...Array<string>(5).fill('duplicate')]);
    expect(retried.events.filter(({ type }) => type === 'SessionClosed')).toHaveLength(1);
  });

  it('counts its samples once and gives the same bytes', () => {
    expect(retried.assessment.energyWh).toBe('8000');
    expect(canon(retried.assessment)).toBe(canon(story(START, STOP).assessment));
  });
});

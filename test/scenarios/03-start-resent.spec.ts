import { canon } from '@ledger/units';
import type { Statement } from '@ledger/meter';
import { ordersOf, reading, said } from '../support/session-story';
import { assessmentsOf, stationStory } from '../support/station-story';

const without = ({ transaction: _, ...statement }: Statement): Statement => statement;
const START = without(said({ kind: 'started', at: '08:00', register: '1000', call: 'm-1', identity: 'start/08:00' }));
const RESENT: Statement = { ...START, call: 'm-9', messageId: 'e-9' };
const answer = (call: string, transaction: string): Statement =>
  said({ kind: 'status', at: '08:00:01', transaction, answer: { call, transaction }, identity: `answer/${call}` });
const SAMPLE = said({ kind: 'updated', at: '09:00', transaction: '78', readings: [reading('09:00', '4000')] });
const STOP = said({ kind: 'ended', at: '10:00', transaction: '78', register: '9000', identity: 'stop/78' });

describe('scenario 3: a start is sent again after a reconnect, and answered with another transaction id', () => {
  const told = stationStory([START, answer('m-1', '77'), RESENT, answer('m-9', '78'), SAMPLE, STOP]);

  it('makes one session that knows both ids', () => {
    expect(told.sessions).toHaveLength(1);
    expect(told.station.bindings).toMatchObject([{ transaction: '77', aliases: ['78'], calls: ['m-1', 'm-9'] }]);
    expect(assessmentsOf(told)).toMatchObject([{ transaction: '77', energyWh: '8000', hasStart: true, findings: [] }]);
  });

  it('answers the start again with duplicate', () => {
    expect(told.verdicts).toEqual(['recorded', 'recorded', 'duplicate', 'recorded', 'recorded', 'recorded']);
  });

  it('makes one session also when the second start was sent before the first was answered', () => {
    const crossed = stationStory([START, RESENT, answer('m-1', '77'), answer('m-9', '78'), SAMPLE, STOP]);
    expect(canon(assessmentsOf(crossed))).toBe(canon(assessmentsOf(told)));
  });

  it('makes one session for every order of a start, its answer and what follows', () => {
    const statements = [START, answer('m-1', '78'), SAMPLE, STOP];
    const expected = canon(assessmentsOf(stationStory(statements)));
    for (const order of ordersOf(statements)) expect(canon(assessmentsOf(stationStory(order)))).toBe(expected);
  });
});

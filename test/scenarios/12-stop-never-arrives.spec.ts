import { canon } from '@ledger/units';
import { plausibility, previousOf } from '@ledger/session';
import { ordersOf, reading, said } from '../support/session-story';
import { assessmentsOf, stationStory } from '../support/station-story';

const FIRST = said({ kind: 'started', at: '08:00', register: '1000', transaction: 'a', identity: 'a/start' });
const SAMPLE = said({ kind: 'updated', at: '09:00', transaction: 'a', readings: [reading('09:00', '4000')] });
const NEXT = said({ kind: 'started', at: '12:00', register: '7000', transaction: 'b', identity: 'b/start' });
const NEXT_END = said({ kind: 'ended', at: '13:00', register: '9000', transaction: 'b', identity: 'b/stop' });
const STOP = said({
  kind: 'ended',
  at: '09:40',
  receivedAt: '2026-06-04T08:00:00Z',
  register: '6900',
  transaction: 'a',
  identity: 'a/stop',
});

describe('scenario 12: the stop never arrives, and the next session starts on the connector with a higher register', () => {
  it('closes provisionally, and bounds the end by the next start', () => {
    const told = stationStory([FIRST, SAMPLE, NEXT]);
    const [first] = told.sessions;
    expect(first).toMatchObject({ status: 'provisional', bound: { at: NEXT.at, registerWh: '7000' } });
    expect(first?.assessment).toMatchObject({ energyWh: '3000', hasEnd: false });
    expect(first?.assessment?.findings).toMatchObject([{ code: 'no-end' }, { code: 'end-bounded', bound: '7000' }]);
  });

  it('takes the register of the next start where nothing else is known', () => {
    const [first] = stationStory([FIRST, NEXT]).sessions;
    expect(first?.assessment).toMatchObject({ energyWh: '6000', endedAt: NEXT.at });
  });

  it('is amended when the real stop comes three days later', () => {
    const told = stationStory([FIRST, SAMPLE, NEXT, NEXT_END, STOP]);
    expect(told.verdicts.at(-1)).toBe('late');
    expect(told.sessions[0]).toMatchObject({ status: 'closed', assessment: { energyWh: '5900', findings: [] } });
  });

  it('gives the same bytes in every order', () => {
    const statements = [FIRST, SAMPLE, NEXT, NEXT_END, STOP];
    const expected = canon(assessmentsOf(stationStory(statements)));
    for (const order of ordersOf(statements)) expect(canon(assessmentsOf(stationStory(order)))).toBe(expected);
    const withoutStop = [FIRST, SAMPLE, NEXT, NEXT_END];
    const bounded = canon(assessmentsOf(stationStory(withoutStop)));
    for (const order of ordersOf(withoutStop)) expect(canon(assessmentsOf(stationStory(order)))).toBe(bounded);
  });

  it('knows the session before on the connector, for the continuity of the meter', () => {
    const lower = said({ kind: 'started', at: '12:00', register: '6000', transaction: 'b' });
    const { station, sessions } = stationStory([FIRST, STOP, lower, NEXT_END]);
    const next = sessions[1]?.assessment;
    const previous = previousOf(station, next?.session ?? '');
    expect(previous).toEqual({ endedAt: STOP.at, registerStartWh: '1000', registerEndWh: '6900' });
    expect(next === undefined ? [] : plausibility(next, {}, previous)).toMatchObject([
      { rule: 'register-continuity', value: '6000', bound: '6900' },
    ]);
  });
});

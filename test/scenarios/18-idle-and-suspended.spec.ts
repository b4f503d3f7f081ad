import type { Statement } from '@ledger/meter';
import { reading, said, story } from '../support/session-story';

const state = (at: string, chargingState: NonNullable<Statement['chargingState']>) =>
  said({ kind: 'status', at, chargingState });

describe('scenario 18: the car is full after 40 minutes and stays three hours; load management intervenes', () => {
  it('tells idle time caused by the car from time the station withheld power', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0', chargingState: 'charging' }),
      state('08:10', 'suspended-evse'),
      state('08:25', 'charging'),
      state('08:55', 'suspended-ev'),
      said({ kind: 'ended', at: '11:55', register: '7000' }),
    );
    expect(told.assessment).toMatchObject({
      chargingSeconds: '2400',
      suspendedSeconds: '900',
      idleSeconds: '10800',
      energyWh: '7000',
    });
    expect(told.findings).toEqual([]);
  });

  it('knows the idle time when states arrive only after the stop', () => {
    const statements = [
      said({ kind: 'started', at: '08:00', register: '0' }),
      said({ kind: 'ended', at: '11:40', register: '7000' }),
      state('08:00', 'charging'),
      state('08:40', 'suspended-ev'),
    ];
    const told = story(...statements);
    expect(told.verdicts).toEqual(['recorded', 'recorded', 'late', 'late']);
    expect(told.assessment).toMatchObject({ chargingSeconds: '2400', idleSeconds: '10800' });
    expect(told.assessment.periods.at(-1)).toMatchObject({ state: 'idle', energyWh: '0' });
  });

  it('derives it from registers where the station reports no state', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0' }),
      said({ kind: 'updated', at: '08:40', readings: [reading('08:40', '7000')] }),
      said({ kind: 'ended', at: '11:40', register: '7000' }),
    );
    expect(told.assessment).toMatchObject({ chargingSeconds: '2400', idleSeconds: '10800' });
    expect(told.findings).toEqual(['idle-derived']);
  });
});

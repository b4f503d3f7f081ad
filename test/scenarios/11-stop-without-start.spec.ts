import { reading, said, story } from '../support/session-story';

describe('scenario 11: a stop arrives for a transaction that was never started here', () => {
  it('opens a session without start evidence, and holds it', () => {
    const told = story(said({ kind: 'ended', at: '10:00', register: '9000' }));
    expect(told.events.map(({ type }) => type)).toEqual(['SessionOpened', 'StatementRecorded', 'SessionClosed']);
    expect(told.assessment).toMatchObject({ hasStart: false, hasEnd: true, energy: 'unmetered' });
    expect(told.findings).toEqual(['no-start', 'unmetered']);
    expect(told.held).toEqual(['no-start']);
  });

  it('knows the energy between the registers that the stop repeats, and still holds it', () => {
    const readings = [reading('09:00', '4000'), reading('10:00', '9000', 'Transaction.End')];
    const told = story(said({ kind: 'ended', at: '10:00', register: '9000', readings }));
    expect(told.assessment).toMatchObject({ energyWh: '5000', startedAt: '2026-06-01T09:00:00.000Z' });
    expect(told.held).toEqual(['no-start']);
  });

  it('lets go of the hold when the lost start arrives after all', () => {
    const told = story(
      said({ kind: 'ended', at: '10:00', register: '9000' }),
      said({ kind: 'started', at: '08:00', register: '1000' }),
    );
    expect(told.assessment.energyWh).toBe('8000');
    expect(told.held).toEqual([]);
  });
});

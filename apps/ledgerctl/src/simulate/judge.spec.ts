import { judgeStation, type Answer } from './judge';
import type { Truth } from './truth';

const TRUTH: Truth = {
  station: 'ST-1',
  connector: '1',
  format: 'ocpp1.6',
  transactions: ['17'],
  startedAt: '2026-03-02T08:00:00.000Z',
  statedAt: '2026-03-02T08:00:00.000Z',
  endedAt: '2026-03-02T09:00:00.000Z',
  energyWh: '10000.5',
  resolutionWh: '1',
  unseenWh: '0',
  exportedWh: '0',
  messages: 5,
  faults: [],
};
const ANSWER: Answer = {
  id: 's-1',
  station: 'ST-1',
  connector: '1',
  transaction: '17',
  status: 'closed',
  startedAt: '2026-03-02T08:00:00.000Z',
  energyWh: '10000',
  findings: [],
};

function outcomes(truths: readonly Truth[], ...answers: readonly Answer[]): readonly string[] {
  return judgeStation(truths, answers).map(({ outcome }) => outcome);
}

describe('the judge of a simulated fleet', () => {
  it('takes the energy within the rounding of the station for right, and no more', () => {
    expect(outcomes([TRUTH], ANSWER)).toEqual(['right']);
    expect(outcomes([TRUTH], { ...ANSWER, energyWh: '10001.6' })).toEqual(['silently-wrong']);
    expect(outcomes([TRUTH], { ...ANSWER, energyWh: '9999' })).toEqual(['silently-wrong']);
  });

  it('lets energy be missing that no register tells of, if a finding says so', () => {
    const unseen = { ...TRUTH, unseenWh: '300' };
    const short = { ...ANSWER, energyWh: '9800' };
    expect(outcomes([unseen], short)).toEqual(['silently-wrong']);
    expect(outcomes([unseen], { ...short, findings: [{ code: 'final-inferred' }] })).toEqual(['bounded']);
    expect(outcomes([unseen], { ...short, energyWh: '10300', findings: [{ code: 'final-inferred' }] })).toEqual([
      'silently-wrong',
    ]);
  });

  it('adds what is asked twice for one visit, and finds what nobody charged', () => {
    expect(outcomes([TRUTH], ANSWER, { ...ANSWER, id: 's-2' })).toEqual(['silently-wrong']);
    expect(outcomes([TRUTH], ANSWER, { ...ANSWER, id: 's-3', connector: '2', transaction: '99' })).toEqual([
      'right',
      'silently-wrong',
    ]);
  });

  it('wants a held session to have a reason that its faults explain', () => {
    const held = { ...ANSWER, status: 'held', holds: [{ rule: 'conflicting-evidence' }] };
    expect(outcomes([TRUTH], held)).toEqual(['unexplained']);
    expect(outcomes([{ ...TRUTH, faults: ['conflicting-stop'] }], held)).toEqual(['held']);
    expect(outcomes([{ ...TRUTH, faults: ['v2g-export'] }], held)).toEqual(['unexplained']);
  });

  it('looks past a session with a clock of its own for the neighbour that explains a hold', () => {
    const at = (day: number): Pick<Truth, 'startedAt' | 'statedAt' | 'transactions'> => {
      const time = `2026-03-0${day}T08:00:00.000Z`;
      return { startedAt: time, statedAt: time, transactions: [`${day}`] };
    };
    const before: Truth = { ...TRUTH, ...at(1), faults: ['register-impossible'] };
    const stray: Truth = { ...TRUTH, ...at(2), faults: ['clock-1970'] };
    const truth: Truth = { ...TRUTH, ...at(3) };
    const held = {
      ...ANSWER,
      transaction: '3',
      startedAt: truth.startedAt,
      status: 'held',
      holds: [{ rule: 'register-continuity' }],
    };
    expect(outcomes([before, stray, truth], held)).toContain('held');
    expect(outcomes([before, { ...stray, faults: [] }, truth], held)).toContain('unexplained');
  });

  it('tells apart two sessions of the same id by their starts', () => {
    const later = {
      ...TRUTH,
      startedAt: '2026-03-04T08:00:00.000Z',
      statedAt: '2026-03-04T08:00:00.000Z',
      energyWh: '500',
    };
    const other = { ...ANSWER, id: 's-2', startedAt: '2026-03-04T08:00:00.000Z', energyWh: '500' };
    expect(outcomes([TRUTH, later], ANSWER, other)).toEqual(['right', 'right']);
    expect(outcomes([TRUTH, later], { ...ANSWER, energyWh: '500' }, { ...other, energyWh: '10000' })).toEqual([
      'silently-wrong',
      'silently-wrong',
    ]);
  });

  it('knows a session by what the station says of its start, too, where its clock is wrong', () => {
    const ahead = { ...TRUTH, statedAt: '2026-03-02T17:00:00.000Z' };
    const later = {
      ...ahead,
      startedAt: '2026-03-02T18:00:00.000Z',
      statedAt: '2026-03-03T03:00:00.000Z',
      energyWh: '500',
    };
    const said = { ...ANSWER, startedAt: ahead.statedAt };
    expect(outcomes([ahead, later], said, { ...said, id: 's-2', startedAt: later.statedAt, energyWh: '500' })).toEqual([
      'right',
      'right',
    ]);
  });

  it('compares money where it is known beforehand', () => {
    const expect9 = (): { currency: string; totalExclTax: string; totalInclTax: string } => {
      return { currency: 'EUR', totalExclTax: '9', totalInclTax: '10.71' };
    };
    const charge = { state: 'final', currency: 'EUR', totalExclTax: '9', totalInclTax: '10.71' };
    expect(judgeStation([TRUTH], [{ ...ANSWER, charge }], expect9)).toMatchObject([
      { outcome: 'right', isPriced: true },
    ]);
    const dearer = { ...charge, totalInclTax: '10.72' };
    expect(judgeStation([TRUTH], [{ ...ANSWER, charge: dearer }], expect9)).toMatchObject([
      { outcome: 'silently-wrong' },
    ]);
  });
});

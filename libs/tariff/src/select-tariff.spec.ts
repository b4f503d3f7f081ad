import fc from 'fast-check';
import { parseInstant } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { parseTariff, selectTariff } from './index';
import type { Tariff, TariffAssignment, TariffBook, TariffQuestion } from './index';

function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(text);
  return instant;
}

function version(id: string, updated: string, more: object = {}): Tariff {
  const elements = [{ price_components: [{ type: 'ENERGY', price: '1', step_size: 1 }] }];
  const outcome = parseTariff({ id, currency: 'EUR', last_updated: updated, elements, ...more });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.tariff;
}

function assigned(
  tariff: string,
  scope: TariffAssignment['scope'],
  from = '2026-01-01',
  to?: string,
): TariffAssignment {
  return { tariff, scope, from: at(`${from}T00:00:00Z`), ...(to === undefined ? {} : { to: at(`${to}T00:00:00Z`) }) };
}

const question: TariffQuestion = {
  startedAt: at('2026-06-01T12:00:00Z'),
  location: 'L1',
  station: 'S1',
  evse: '1',
  connector: '2',
  tokenGroup: 'fleet',
};

function chosen(book: TariffBook, asked = question): string {
  const choice = selectTariff(book, asked);
  return choice.status === 'priced' ? `${choice.tariff.id} ${choice.tariff.lastUpdated.slice(0, 10)}` : choice.code;
}

const ids = ['anywhere', 'location', 'station', 'evse', 'connector', 'group'];
const tariffs = ids.map((id) => version(id, '2026-01-01T00:00:00Z'));
const assignments = [
  assigned('anywhere', {}),
  assigned('location', { location: 'L1' }),
  assigned('station', { station: 'S1' }),
  assigned('evse', { station: 'S1', evse: '1' }),
  assigned('connector', { station: 'S1', evse: '1', connector: '2' }),
  assigned('group', { tokenGroup: 'fleet' }),
];

describe('selecting a tariff', () => {
  it.each(ids.map((id, index) => [id, index]))('takes the most specific assignment: %s', (id, index) => {
    expect(chosen({ tariffs, assignments: assignments.slice(0, index + 1) })).toBe(`${id} 2026-01-01`);
  });

  it('passes over scopes that are not met', () => {
    const asked = { ...question, tokenGroup: 'other', connector: '1', evse: '2' };
    expect(chosen({ tariffs, assignments }, asked)).toBe('station 2026-01-01');
  });

  it('takes the later of two alike assignments, and the first id of two at the same moment', () => {
    const later = assigned('evse', {}, '2026-03-01');
    expect(chosen({ tariffs, assignments: [assigned('station', {}), later] })).toBe('evse 2026-01-01');
    expect(chosen({ tariffs, assignments: [assigned('station', {}), assigned('evse', {})] })).toBe('evse 2026-01-01');
  });

  it('lets an assignment hold from its first moment to before its last', () => {
    const asked = (startedAt: string) => ({ ...question, startedAt: at(startedAt) });
    const book = { tariffs, assignments: [assigned('station', {}, '2026-06-01', '2026-06-02')] };
    expect(chosen(book, asked('2026-05-31T23:59:59.999Z'))).toBe('not-assigned');
    expect(chosen(book, asked('2026-06-01T00:00:00Z'))).toBe('station 2026-01-01');
    expect(chosen(book, asked('2026-06-02T00:00:00Z'))).toBe('not-assigned');
  });

  it('takes the newest version that is not newer than the start, and before the first one the first', () => {
    const versions = ['2026-05-01', '2026-06-01', '2026-07-01'].map((day) => version('T', `${day}T12:00:00Z`));
    const book = { tariffs: versions, assignments: [assigned('T', {}, '2020-01-01')] };
    const on = (startedAt: string) => chosen(book, { ...question, startedAt: at(startedAt) });
    expect(on('2026-04-01T00:00:00Z')).toBe('T 2026-05-01');
    expect(on('2026-06-01T11:59:59Z')).toBe('T 2026-05-01');
    expect(on('2026-06-01T12:00:00Z')).toBe('T 2026-06-01');
    expect(on('2027-01-01T00:00:00Z')).toBe('T 2026-07-01');
  });

  it('keeps a version that was published early waiting for its start', () => {
    const book = {
      tariffs: [
        version('T', '2026-01-01T00:00:00Z'),
        version('T', '2026-05-01T00:00:00Z', { start_date_time: '2026-07-01T00:00:00Z' }),
      ],
      assignments: [assigned('T', {})],
    };
    expect(chosen(book)).toBe('T 2026-01-01');
    expect(chosen(book, { ...question, startedAt: at('2026-07-01T00:00:00Z') })).toBe('T 2026-05-01');
  });

  it('says why nothing prices a session', () => {
    const ended = version('T', '2026-01-01T00:00:00Z', { end_date_time: '2026-06-01T12:00:00Z' });
    expect(chosen({ tariffs, assignments: [] })).toBe('not-assigned');
    expect(chosen({ tariffs: [], assignments })).toBe('not-published');
    expect(chosen({ tariffs: [ended], assignments: [assigned('T', {})] })).toBe('not-valid');
  });

  it('passes over a tariff for another way of paying when one is asked for', () => {
    const cheap = version('cheap', '2026-01-01T00:00:00Z', { type: 'PROFILE_CHEAP' });
    const book = {
      tariffs: [cheap, ...tariffs],
      assignments: [assigned('cheap', { tokenGroup: 'fleet' }), ...assignments],
    };
    expect(chosen(book, { ...question, type: 'REGULAR' })).toBe('group 2026-01-01');
    expect(chosen(book, { ...question, type: 'PROFILE_CHEAP' })).toBe('cheap 2026-01-01');
  });

  it('does not depend on the order or repetition of versions and assignments', () => {
    const versions = [...tariffs, version('station', '2026-05-01T00:00:00Z'), version('group', '2026-06-02T00:00:00Z')];
    const shuffledTariffs = fc.shuffledSubarray([...versions, ...versions], { minLength: versions.length * 2 });
    const some = fc.subarray(assignments, { minLength: 1 });
    fc.assert(
      fc.property(shuffledTariffs, some, fc.infiniteStream(fc.nat()), (inOrder, few, chance) => {
        const shuffled = [...few, ...few].sort(() => (chance.next().value % 2) * 2 - 1);
        expect(chosen({ tariffs: inOrder, assignments: shuffled })).toBe(
          chosen({ tariffs: versions, assignments: few }),
        );
      }),
    );
  });
});

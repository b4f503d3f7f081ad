import { ASSIGNMENT, LOCATION, TARIFF } from '../support/book';
import { sessionEvents } from '../support/events';
import { testJson } from '../support/fleet';
import { ServedLedger } from '../support/served-ledger';

jest.setTimeout(120_000);

/** 0.40 per kWh and no start fee, where 0.30 and a fee of 1 hold now; VAT 19 % on both. */
const PROPOSED = {
  ...TARIFF,
  id: 'T-2',
  last_updated: '2027-01-01T00:00:00Z',
  start_date_time: '2027-01-01T00:00:00Z',
  elements: [{ price_components: [{ type: 'ENERGY', price: '0.40', vat: '19', step_size: 1 }] }],
};

const LINE = {
  id: 'one',
  ocpi_version: '2.2.1',
  tariff: { elements: [{ price_components: [{ type: 'ENERGY', price: '0.30', vat: '19', step_size: 1 }] }] },
  timezone: 'Europe/Berlin',
  session: {
    start_date_time: '2026-06-01T14:00:00Z',
    end_date_time: '2026-06-01T15:00:00Z',
    meter_readings: [
      { timestamp: '2026-06-01T14:00:00Z', energy_kwh: '100', charging: true },
      { timestamp: '2026-06-01T15:00:00Z', energy_kwh: '110', charging: true },
    ],
  },
};

describe('prices without storing anything', () => {
  let ledger: ServedLedger;
  let before: string;

  beforeAll(async () => {
    ledger = await ServedLedger.start();
    await put(`/v1/locations/${LOCATION.id}`, LOCATION);
    await put(`/v1/tariffs/${TARIFF.id}`, TARIFF);
    await ask('/v1/tariff-assignments', ASSIGNMENT);
    const sessions = [
      ['ST-1', 'a', '2026-05-31T21:30:00Z', '2026-05-31T23:00:00Z', '1000', '11000'],
      ['ST-1', 'b', '2026-05-31T22:30:00Z', '2026-05-31T23:30:00Z', '20000', '21000'],
      ['ST-9', 'c', '2026-06-03T08:00:00Z', '2026-06-03T09:00:00Z', '0', '5000'],
    ] as const;
    const events = sessions.flatMap(([station, transaction, from, to, begin, end]) =>
      sessionEvents({
        station,
        transaction,
        registers: [
          [from, begin],
          [to, end],
        ],
      }),
    );
    const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    await ledger.post('/v1/meter-events', body, 'application/x-ndjson');
    await ledger.settle();
    before = await stored();
  });
  afterAll(() => ledger.end());

  async function put(path: string, object: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(new URL(path, ledger.url), { method: 'PUT', headers, body: testJson(object) });
    if (!response.ok) throw new Error(await response.text());
  }

  async function ask(path: string, body: object): Promise<Awaited<ReturnType<ServedLedger['get']>>> {
    return ledger.post(path, JSON.stringify(body), 'application/json');
  }

  async function stored(): Promise<string> {
    const bodies = await Promise.all(['/v1/charges', '/v1/sessions', '/v1/tariffs'].map((path) => ledger.get(path)));
    return JSON.stringify(bodies.map(({ body }) => body));
  }

  it('shows for each session what a proposed tariff would have cost and the difference, or why there is none', async () => {
    const { status, body } = await ask('/v1/tariffs/preview', { tariff: PROPOSED });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      tariff: { id: 'T-2' },
      by: 'session',
      itemsTotal: 3,
      items: [
        { station: 'ST-1', month: '2026-05', now: { inclTax: '4.76' }, proposed: { inclTax: '4.76' }, difference: '0' },
        {
          station: 'ST-1',
          month: '2026-06',
          now: { inclTax: '1.547' },
          proposed: { inclTax: '0.476' },
          difference: '-1.071',
        },
        { station: 'ST-9', month: '2026-06', proposed: { inclTax: '2.38' } },
      ],
      totals: [
        {
          sessions: 3,
          compared: 2,
          nowInclTax: '6.307',
          proposedInclTax: '5.236',
          difference: '-1.071',
          currency: 'EUR',
        },
      ],
    });
    const [, , unpriced] = body['items'] as readonly { because?: string; difference?: string }[];
    expect([unpriced?.difference, unpriced?.because]).toEqual([undefined, expect.stringContaining('No tariff')]);
    expect(await stored()).toBe(before);
  });

  it('sums up by station and by the local month, over the sessions that are asked for', async () => {
    const by = async (question: object): Promise<readonly (readonly [string, string])[]> => {
      const { body } = await ask('/v1/tariffs/preview', { tariff: PROPOSED, ...question });
      return (body['items'] as readonly { key: string; difference: string }[]).map((sum) => [sum.key, sum.difference]);
    };
    expect(await by({ by: 'station' })).toEqual([
      ['ST-1', '-1.071'],
      ['ST-9', '0'],
    ]);
    expect(await by({ by: 'month' })).toEqual([
      ['2026-05', '0'],
      ['2026-06', '-1.071'],
    ]);
    expect(await by({ by: 'month', station: 'ST-1', from: '2026-05-31T22:00:00Z' })).toEqual([['2026-06', '-1.071']]);
    expect(await by({ by: 'station', location: 'LOC-1', to: '2026-05-31T22:00:00Z' })).toEqual([['ST-1', '0']]);
  });

  it('refuses a proposed tariff with every finding and its place, and names what is odd about a good one', async () => {
    const wrong = { ...PROPOSED, currency: 'euro', elements: [] };
    const { status, body } = await ask('/v1/tariffs/preview', { tariff: wrong });
    expect(status).toBe(422);
    const pointers = (body['findings'] as readonly { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/tariff/currency', '/tariff/elements']));
    const odd = { ...PROPOSED, elements: [{ price_components: [{ type: 'ENERGY', price: '-1', step_size: 1 }] }] };
    const preview = await ask('/v1/tariffs/preview', { tariff: odd });
    expect(JSON.stringify(preview.body['warnings'])).toContain('negative-price');
    expect((await ask('/v1/tariffs/preview', { tariff: PROPOSED, by: 'year' })).status).toBe(422);
  });

  it('prices one session of the contract, and says what is wrong with a bad one', async () => {
    const { status, body } = await ask('/v1/price', LINE);
    expect([status, body['id'], body['total_cost']]).toEqual([200, 'one', { excl_vat: 3, incl_vat: 3.57 }]);
    const bad = await ask('/v1/price', { ...LINE, timezone: 'Europe/Atlantis' });
    expect([bad.status, bad.body['code']]).toEqual([422, 'object-refused']);
    expect((await ledger.post('/v1/price', '{', 'application/json')).status).toBe(400);
    expect(await stored()).toBe(before);
  });

  it('shows with every published tariff what is odd about it', async () => {
    const odd = {
      ...TARIFF,
      id: 'T-odd',
      elements: [{ price_components: [{ type: 'TIME', price: '1', step_size: 7200 }] }],
    };
    const headers = { 'content-type': 'application/json' };
    const published = await fetch(new URL('/v1/tariffs/T-odd', ledger.url), {
      method: 'PUT',
      headers,
      body: testJson(odd),
    });
    expect(JSON.stringify(await published.json())).toContain('step-size-large');
    await ledger.settle();
    expect(JSON.stringify((await ledger.get('/v1/tariffs')).body)).toContain('step-size-large');
  });
});

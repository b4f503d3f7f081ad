import { ledgerctl, refusal } from '../support/command';
import { sessionEvents } from '../support/events';
import { ServedLedger } from '../support/served-ledger';

jest.setTimeout(120_000);

describe('the continuity of meters, asked for over HTTP and by ledgerctl', () => {
  let ledger: ServedLedger;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    ledger = await ServedLedger.start();
    env = { LEDGER_URL: ledger.url };
    const sessions = [
      ['ST-1', 1, '1000', '2000'],
      ['ST-1', 2, '2500.5', '3000'],
      ['ST-2', 1, '7000', '8000'],
      ['ST-2', 2, '0', '100'],
    ] as const;
    const lines = sessions.flatMap(([station, day, start, end]) =>
      sessionEvents({
        station,
        transaction: `${station}-${day}`,
        registers: [
          [`2026-06-0${day}T08:00:00Z`, start],
          [`2026-06-0${day}T09:00:00Z`, end],
        ],
      }),
    );
    const body = lines.map((event) => `${JSON.stringify(event)}\n`).join('');
    await ledger.post('/v1/meter-events', body, 'application/x-ndjson');
    await ledger.settle();
  });
  afterAll(() => ledger.end());

  const ALL = { advanceWh: '3100', sessionsWh: '2599.5', unbilledWh: '500.5', missingWh: '0', fallenWh: '8000' };

  it('pages through the connectors, and sums them up', async () => {
    const first = (await ledger.get('/v1/continuity?limit=1')).body;
    expect(first).toMatchObject({ items: [{ station: 'ST-1', evse: '1', connector: '1', unbilledWh: '500.5' }] });
    const second = (await ledger.get(`/v1/continuity?limit=1&cursor=${String(first['next'])}`)).body;
    expect(second).toMatchObject({ items: [{ station: 'ST-2', unbilledWh: '0', fallenWh: '8000' }] });
    expect(second['next']).toBeUndefined();
    expect((await ledger.get('/v1/continuity/totals')).body).toMatchObject({
      meters: 2,
      sessions: 4,
      breaks: 2,
      ...ALL,
    });
    const day = '/v1/continuity/totals?station=ST-2&from=2026-06-02T00:00:00Z';
    expect((await ledger.get(day)).body).toMatchObject({ meters: 1, sessions: 1, advanceWh: '100', fallenWh: '0' });
  });

  it('says what is wrong with a question', async () => {
    for (const query of ['cursor=nonsense', 'limit=0', 'from=yesterday']) {
      const { status, body } = await ledger.get(`/v1/continuity?${query}`);
      expect({ query, status }).toEqual({ query, status: 400 });
      expect(body['code']).toMatch(/^bad-/);
    }
  });

  it('is described in the OpenAPI document', async () => {
    const { paths } = (await ledger.get('/openapi.json')).body as { paths: Readonly<Record<string, unknown>> };
    expect(JSON.stringify(paths['/v1/continuity'])).toContain('advanceWh = sessionsWh + unbilledWh');
    expect(paths).toHaveProperty(['/v1/continuity/totals']);
  });

  it('prints one JSON document, or a page that ends with the sums', async () => {
    const { code, out } = await ledgerctl(['continuity', '--json'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ items: [{ station: 'ST-1' }, { station: 'ST-2' }], totals: { ...ALL } });
    const page = await ledgerctl(['continuity'], { env });
    expect(page.out).toMatch(/^all .* 4 +3100 +2599\.5 +500\.5 +0 +8000 +0$/m);
    expect(page.out).not.toContain('register from  to Wh  session');
    const cut = await ledgerctl(['continuity', '--limit', '1'], { env });
    expect(cut.out).toMatch(/^more: --cursor \S+$/m);
  });

  it('lists each break of the register of a station that is asked for', async () => {
    const { out } = await ledgerctl(['continuity', '--station', 'ST-1'], { env });
    expect(out).toMatch(
      /^ *1 +unbilled +500\.5 +2026-06-01T09:00:00\.000Z +2026-06-02T08:00:00\.000Z +2000 +2500\.5 /m,
    );
    expect(out).not.toContain('ST-2');
  });

  it('ends with 2 for a wrong argument and with 3 where nobody listens', async () => {
    expect(await refusal(['continuity', '--from', 'yesterday'], { env })).toContain('from');
    expect(await refusal(['continuity', 'ST-1'], { env })).toContain('too many arguments');
    expect(await ledgerctl(['continuity', '--url', 'http://127.0.0.1:9'])).toMatchObject({ code: 3, out: '' });
  });
});

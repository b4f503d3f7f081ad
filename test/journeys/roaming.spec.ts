import { isJsonArray, isJsonObject } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';

import { ASSIGNMENT, LOCATION, TARIFF } from '../support/book';
import { sessionEvents } from '../support/events';
import { testJson } from '../support/fleet';
import { OcpiClient } from '../support/ocpi-client';
import { violationsOf } from '../support/ocpi-violations';
import { ServedLedger } from '../support/served-ledger';

const TOKEN_A = 'a-token-to-register-with';
const VERSIONS = ['2.2.1', '2.3.0'] as const;
const SESSIONS = 7;
const PARTNER = {
  token: 'what-the-partner-would-be-called-with',
  url: 'https://partner.example.com/ocpi/versions',
  roles: [{ role: 'EMSP', party_id: 'EMP', country_code: 'NL', business_details: { name: 'Partner' } }],
};
/** A canary that nothing sent to a partner may hold. */
const DRIVER = 'CANARY-0815';

jest.setTimeout(120_000);

describe('a roaming partner that pulls by OCPI', () => {
  let ledger: ServedLedger;
  let partner: OcpiClient;

  beforeAll(async () => {
    ledger = await ServedLedger.start({
      LEDGER_OCPI_TOKEN: TOKEN_A,
      LEDGER_OCPI_PARTY: 'DE*LDG',
      LEDGER_OCPI_NAME: 'Ledger & sons',
    });
    await put(`/v1/locations/${LOCATION.id}`, LOCATION);
    await put(`/v1/tariffs/${TARIFF.id}`, TARIFF);
    await ledger.post('/v1/tariff-assignments', JSON.stringify(ASSIGNMENT), 'application/json');
    const events = Array.from({ length: SESSIONS }, (_, at) =>
      sessionEvents({
        transaction: `tx-${at}`,
        registers: [
          [`2026-06-0${at + 1}T08:00:00Z`, `${1_000 + at * 10_000}`],
          [`2026-06-0${at + 1}T09:00:00Z`, `${2_000 + at * 10_500}`],
        ],
      }),
    ).flat();
    const open = sessionEvents({
      transaction: 'open',
      registers: [
        ['2026-06-20T08:00:00Z', '900000'],
        ['2026-06-20T09:00:00Z', '900500'],
        ['2026-06-20T09:30:00Z', '900600'],
      ],
    });
    const sent = [...events, ...open.slice(0, 2)].map((event) => ({
      ...event,
      data: { ...(event['data'] as object), token: { type: 'RFID', id: DRIVER } },
    }));
    await ledger.post(
      '/v1/meter-events',
      sent.map((event) => `${JSON.stringify(event)}\n`).join(''),
      'application/x-ndjson',
    );
    await ledger.settle();
    partner = await registered(new OcpiClient(ledger.url, TOKEN_A));
  });
  afterAll(() => ledger.end());

  async function put(path: string, object: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(new URL(path, ledger.url), { method: 'PUT', headers, body: testJson(object) });
    if (!response.ok) throw new Error(await response.text());
  }

  async function registered(client: OcpiClient, party = 'EMP'): Promise<OcpiClient> {
    const body = { ...PARTNER, roles: PARTNER.roles.map((role) => ({ ...role, party_id: party })) };
    const { data } = await client.ask('/ocpi/2.2.1/credentials', { method: 'POST', body });
    return new OcpiClient(ledger.url, text(member(data, 'token')));
  }

  const member = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
    isJsonObject(value) ? value[name] : undefined;
  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
  const list = (value: JsonValue | undefined): readonly JsonObject[] =>
    isJsonArray(value) ? value.filter(isJsonObject) : [];

  it('finds its way from the versions to every module, in an envelope that repeats the ids of the request', async () => {
    const { http, headers, data, envelope } = await partner.ask('/ocpi/versions');
    expect([http, headers.get('x-request-id'), headers.get('x-correlation-id')]).toEqual([
      200,
      'request-1',
      'correlation-1',
    ]);
    expect(text(envelope['timestamp'])).toMatch(/Z$/);
    expect(list(data).map(({ version }) => version)).toEqual(VERSIONS);
    for (const { url } of list(data)) {
      const details = await partner.ask(text(url));
      const endpoints = list(member(details.data, 'endpoints'));
      expect(endpoints.map(({ identifier }) => identifier)).toEqual([
        'credentials',
        'sessions',
        'cdrs',
        'tariffs',
        'locations',
      ]);
      for (const endpoint of endpoints) expect((await partner.ask(text(endpoint['url']))).code).toBe('1000');
    }
  });

  it.each(VERSIONS)('pulls all pages of every module of %s, each object valid and none twice', async (version) => {
    for (const [module, kind, count] of [
      ['sessions', 'session', SESSIONS + 1],
      ['cdrs', 'cdr', SESSIONS],
      ['tariffs', 'tariff', 1],
      ['locations', 'location', 1],
    ] as const) {
      const { objects, pages, total } = await partner.pull(`/ocpi/${version}/${module}?limit=3`);
      expect([module, objects.length, pages, total]).toEqual([module, count, Math.ceil(count / 3), `${count}`]);
      expect(objects.flatMap((object) => violationsOf(object, kind, version))).toEqual([]);
      expect(new Set(objects.map(({ id }) => id)).size).toBe(count);
      const updated = objects.map((object) => text(object['last_updated']));
      expect(updated).toEqual([...updated].sort());
    }
  });

  it('is told how many there are, how many a page may have, and where the next page is; the last one has no next', async () => {
    const { headers } = await partner.ask('/ocpi/2.2.1/sessions?limit=3&date_from=2020-01-01T00:00:00Z');
    expect([headers.get('x-total-count'), headers.get('x-limit')]).toEqual([`${SESSIONS + 1}`, '100']);
    const [, link = ''] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    const next = new URL(link);
    expect(next.pathname).toBe('/ocpi/2.2.1/sessions');
    expect(Object.fromEntries(next.searchParams)).toMatchObject({
      ...{ offset: '3', limit: '3', date_from: '2020-01-01T00:00:00Z' },
      after: expect.stringMatching(/^[\w-]+$/) as string,
    });
    const last = await partner.ask(`/ocpi/2.2.1/sessions?offset=${SESSIONS}`);
    expect([last.headers.get('link'), list(last.data).length]).toEqual([null, 1]);
    expect(await partner.ask('/ocpi/2.2.1/cdrs?after=nonsense')).toMatchObject({ http: 200, code: '2001' });
    expect(await partner.ask('/ocpi/2.2.1/cdrs?offset=-1')).toMatchObject({ http: 200, code: '2001' });
  });

  it('gets the money of the charge to the digit, and never the token of the driver', async () => {
    const { objects } = await partner.pull('/ocpi/2.2.1/cdrs');
    const { items } = (await ledger.get('/v1/charges?limit=100')).body;
    const charges = items as readonly { session: string; charge: { totalInclTax: string } }[];
    expect(Object.fromEntries(objects.map((cdr) => [cdr['session_id'], cdr['total_cost']]))).toMatchObject(
      Object.fromEntries(charges.map(({ session, charge }) => [session, { incl_vat: { text: charge.totalInclTax } }])),
    );
    expect(JSON.stringify(objects)).not.toContain(DRIVER);
    expect(new Set(objects.map((cdr) => member(cdr['cdr_token'], 'uid'))).size).toBe(1);
  });

  it('sees what changed since its last pull, from a moment on and before another', async () => {
    const { objects } = await partner.pull('/ocpi/2.2.1/sessions');
    const moments = objects.map((object) => text(object['last_updated']));
    const middle = moments[3] ?? '';
    const after = await partner.pull(`/ocpi/2.2.1/sessions?date_from=${middle}&limit=2`);
    const before = await partner.pull(`/ocpi/2.2.1/sessions?date_to=${middle}&limit=2`);
    expect(after.objects.map(({ id }) => id)).toEqual(
      objects.filter((_, at) => (moments[at] ?? '') >= middle).map(({ id }) => id),
    );
    expect(before.objects.length + after.objects.length).toBe(objects.length);
    expect((await partner.ask('/ocpi/2.2.1/cdrs?date_from=2100-01-01T00:00:00Z')).data).toEqual([]);
  });

  it('finds one location, one EVSE and one connector', async () => {
    expect(member((await partner.ask('/ocpi/2.2.1/locations/LOC-1')).data, 'city')).toBe('Konstanz');
    expect(member((await partner.ask('/ocpi/2.2.1/locations/LOC-1/ST-1*1')).data, 'uid')).toBe('ST-1*1');
    expect(member((await partner.ask('/ocpi/2.3.0/locations/LOC-1/ST-1*1/1')).data, 'power_type')).toBe('AC_3_PHASE');
    expect((await partner.ask('/ocpi/2.3.0/locations/LOC-1/ST-1*9')).http).toBe(404);
  });

  it('is refused without a token, with a wrong one, and with the one that only registers', async () => {
    for (const token of ['', 'wrong', TOKEN_A]) {
      const answer = await new OcpiClient(ledger.url, token).ask('/ocpi/2.2.1/cdrs');
      expect([answer.http, answer.code, answer.data]).toEqual([401, '2000', undefined]);
    }
    expect((await new OcpiClient(ledger.url, TOKEN_A).ask('/ocpi/versions')).code).toBe('1000');
  });

  it('is told what is wrong with its question in the words of OCPI', async () => {
    expect(await partner.ask('/ocpi/2.2.1/cdrs?limit=0')).toMatchObject({ http: 200, code: '2001' });
    expect(await partner.ask('/ocpi/2.2.1/cdrs?date_from=yesterday')).toMatchObject({ http: 200, code: '2001' });
    expect(await partner.ask('/ocpi/2.1.1')).toMatchObject({ http: 404, code: '2000' });
    expect(await partner.ask('/ocpi/2.2.1/tokens')).toMatchObject({ http: 404, code: '2000' });
  });

  it('exchanges its credentials: once, anew with a new token, and for the last time', async () => {
    const registering = new OcpiClient(ledger.url, TOKEN_A);
    const path = '/ocpi/2.3.0/credentials';
    expect((await registering.ask(path, { method: 'PUT', body: PARTNER })).http).toBe(405);
    expect((await registering.ask(path, { method: 'POST', body: PARTNER })).http).toBe(405);
    expect(await registering.ask(path, { method: 'POST', body: { ...PARTNER, roles: [] } })).toMatchObject({
      http: 200,
      code: '2001',
    });
    const second = await registered(registering, 'TWO');
    expect(second.token).toMatch(/^[0-9a-f]{64}$/);
    const own = await second.ask(path);
    expect(member(own.data, 'token')).toBe(second.token);
    expect(list(member(own.data, 'roles'))).toMatchObject([{ role: 'CPO', country_code: 'DE', party_id: 'LDG' }]);
    const changed = await second.ask(path, {
      method: 'PUT',
      body: { ...PARTNER, roles: [{ role: 'EMSP', party_id: 'TWO', country_code: 'NL' }] },
    });
    const third = new OcpiClient(ledger.url, text(member(changed.data, 'token')));
    expect((await second.ask('/ocpi/2.3.0/cdrs')).http).toBe(401);
    expect((await third.ask('/ocpi/2.3.0/cdrs')).code).toBe('1000');
    expect((await third.ask(path, { method: 'DELETE' })).code).toBe('1000');
    expect((await third.ask('/ocpi/2.3.0/cdrs')).http).toBe(401);
    expect((await partner.ask('/ocpi/2.3.0/cdrs')).code).toBe('1000');
  });
});

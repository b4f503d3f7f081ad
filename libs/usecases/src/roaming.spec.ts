import { instantOf, isJsonArray, isJsonObject, readJson, writeJson } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import { BadCursor } from '@ledger/ports';

import { TARIFF } from '../../../test/support/book';
import { meterEvent, sessionEvents } from '../../../test/support/events';
import { violationsOf } from '../../../test/support/ocpi-violations';
import { Pipeline, TENANT } from '../../../test/support/pipeline';
import { publishTariffs, told } from '../../../test/support/whole-ledger';
import { Roaming } from './roaming';
import type { RoamingPage, RoamingQuery } from './roaming';

const DRIVER = { type: 'RFID', id: 'CANARY-0815' };
const record = (register: string): string => `OCMF|{"PG":"T1","RD":[{"RV":${register},"RI":"1-b:1.8.0"}]}|{"SD":"30"}`;

describe('roaming', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    pipeline.clock.pass(30 * 86_400_000);
    await publishTariffs(pipeline, [{ tariff: TARIFF }]);
  });
  afterEach(() => pipeline.end());

  function ask(query: Partial<RoamingQuery>, keys = pipeline.keys): Promise<RoamingPage> {
    const { store, model } = pipeline;
    const roaming = new Roaming({ store, model, keys, bookOf: (tenant) => pipeline.bookOf(tenant) });
    const party = { countryCode: 'DE', partyId: 'LDG' };
    return roaming.page({ tenant: TENANT, version: '2.2.1', kind: 'cdrs', party, offset: 0, limit: 100, ...query });
  }

  /** A session of one hour with a signed record at both ends. */
  async function signed(of: {
    readonly encoding?: 'plain' | 'base64' | 'hex';
    readonly formats?: readonly [string, string];
    readonly records?: readonly [string, string];
  }): Promise<void> {
    const { encoding = 'plain', formats = ['OCMF', 'OCMF'], records = [record('1'), record('11')] } = of;
    const events = [
      ['started', '2026-06-01T08:00:00Z', '1000', 'Transaction.Begin'],
      ['ended', '2026-06-01T09:00:00Z', '11000', 'Transaction.End'],
    ] as const;
    const encoded = (text: string): string =>
      encoding === 'plain' ? text : Buffer.from(text).toString(encoding === 'hex' ? 'hex' : 'base64');
    const messages = events.map(([kind, at, value, context], seqNo) => {
      const data = encoded(records[seqNo] ?? '');
      const reading = {
        at,
        context,
        values: [{ measurand: 'Energy.Active.Import.Register', value, unit: 'Wh' }],
        signed: { format: formats[seqNo], encoding, data, publicKey: 'MFkwEwYH' },
      };
      return meterEvent({ kind, at, data: { seqNo, token: DRIVER, readings: [reading] } });
    });
    await told(pipeline, ...messages);
  }

  async function onlyCdr(version: RoamingQuery['version'] = '2.2.1'): Promise<JsonObject> {
    const { objects, leftOut } = await ask({ version });
    const [cdr] = objects;
    if (cdr === undefined) throw new Error(JSON.stringify(leftOut));
    const reading = readJson(writeJson(cdr));
    if (!reading.ok || !isJsonObject(reading.value)) throw new Error('a CDR is an object');
    expect(violationsOf(reading.value, 'cdr', version)).toEqual([]);
    return reading.value;
  }

  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

  describe('signed meter values', () => {
    it.each(['plain', 'base64', 'hex'] as const)(
      'are in the CDR as they were signed, both ends in order, sent as %s',
      async (encoding) => {
        await signed({ encoding });
        for (const version of ['2.2.1', '2.3.0'] as const) {
          const { signed_data: data, remark } = await onlyCdr(version);
          expect(data).toEqual({
            encoding_method: 'OCMF',
            public_key: 'MFkwEwYH',
            signed_values: [
              ['Start', record('1')],
              ['End', record('11')],
            ].map(([nature, plain]) => ({
              nature,
              plain_data: plain,
              signed_data: Buffer.from(plain ?? '').toString('base64'),
            })),
          });
          expect(remark).toBeUndefined();
        }
      },
    );

    it('are given once where a message came twice, and are in nobody’s session object', async () => {
      await signed({});
      await signed({});
      const { signed_data: data } = await onlyCdr();
      const values = isJsonObject(data) ? data['signed_values'] : undefined;
      expect(isJsonArray(values) && values.length).toBe(2);
      const { objects } = await ask({ kind: 'sessions' });
      expect(JSON.stringify(objects)).not.toContain('OCMF');
    });

    it('are left out with a word about it once their driver was erased', async () => {
      await signed({});
      const { subject } = await pipeline.keys.subjectOf(TENANT, DRIVER);
      await pipeline.keys.erase(subject, pipeline.clock.now());
      const cdr = await onlyCdr();
      expect(cdr['signed_data']).toBeUndefined();
      expect(text(cdr['remark'])).toBe('Signed meter values were erased with the personal data of the driver.');
      expect(writeJson(cdr['total_energy'] ?? null)).toBe('10');
    });

    it('are left out with a word about it where the keys are not here', async () => {
      await signed({});
      const elsewhere = Pipeline.open();
      const { objects } = await ask({}, elsewhere.keys);
      await elsewhere.end();
      expect(objects[0]?.['signed_data']).toBeUndefined();
      expect(text(objects[0]?.['remark'])).toMatch(/^Signed meter values cannot be opened here/);
    });

    it('of another format are left out, those of the first stay', async () => {
      await signed({ formats: ['OCMF', 'EDL'] });
      const { signed_data: data, remark } = await onlyCdr();
      expect(data).toMatchObject({ encoding_method: 'OCMF', signed_values: [{ nature: 'Start' }] });
      expect(text(remark)).toMatch(/^Signed meter values of another meter or format are left out/);
    });

    it('longer than OCPI can carry are left out, long plain text is cut', async () => {
      await signed({ records: [record('1'), record('1'.repeat(600))] });
      const { signed_data: data, remark } = await onlyCdr();
      expect(data).toMatchObject({ signed_values: [{}, { plain_data: record('1'.repeat(600)).slice(0, 512) }] });
      expect(text(remark)).toMatch(/is cut/);
    });
  });

  describe('pages', () => {
    const SESSIONS = 7;
    const transactions = Array.from({ length: SESSIONS }, (_, at) => `tx-${at}`);
    const finished = (transaction: string, at: number): readonly object[] =>
      sessionEvents({
        transaction,
        registers: [
          [`2026-06-0${at + 1}T08:00:00Z`, `${at * 10_000}`],
          [`2026-06-0${at + 1}T09:00:00Z`, `${at * 10_000 + 5_000}`],
        ],
      });

    beforeEach(async () => {
      for (const [at, transaction] of transactions.entries()) {
        pipeline.clock.pass(60_000);
        await told(pipeline, ...finished(transaction, at));
      }
    });

    const idsOf = ({ objects }: RoamingPage): readonly string[] => objects.map(({ id }) => text(id));

    it.each(['sessions', 'cdrs', 'tariffs', 'locations'] as const)(
      'of %s hold every object once, whether they are asked for by offset or go on behind each other',
      async (kind) => {
        const all = idsOf(await ask({ kind }));
        expect(all).toHaveLength(kind === 'sessions' || kind === 'cdrs' ? SESSIONS : 1);
        for (const limit of [1, 3, 100]) {
          const byOffset: string[] = [];
          for (let offset = 0; offset < all.length; offset += limit) {
            const page = await ask({ kind, offset, limit });
            expect(page.total).toBe(all.length);
            byOffset.push(...idsOf(page));
          }
          const behind: string[] = [];
          for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages += 1) {
            const page: RoamingPage = await ask({ kind, limit, ...(after === undefined ? {} : { after }) });
            behind.push(...idsOf(page));
            after = page.next;
          }
          expect([byOffset, behind]).toEqual([all, all]);
        }
      },
    );

    it('stay stable while sessions are amended: none is missed, and who changed comes once more at the end', async () => {
      const first = await ask({ limit: 3 });
      pipeline.clock.pass(60_000);
      // A reading that was late by days amends the first session; all others stand where they stood.
      const late = meterEvent({ transaction: 'tx-0', kind: 'updated', at: '2026-06-01T08:30:00Z', registerWh: '100' });
      await told(pipeline, late);
      const rest: string[] = [];
      for (let after = first.next; after !== undefined;) {
        const page: RoamingPage = await ask({ limit: 3, after });
        rest.push(...idsOf(page));
        after = page.next;
      }
      expect(rest).toHaveLength(SESSIONS - 3 + 1);
      expect(new Set([...idsOf(first), ...rest]).size).toBe(SESSIONS);
      expect(rest.at(-1)).toBe(idsOf(first)[0]);
    });

    it('hold what changed from one moment on and before another', async () => {
      const { objects } = await ask({ kind: 'sessions' });
      const moments = objects.map((object) => text(object['last_updated']));
      expect(moments).toEqual([...moments].sort());
      const [, , from = '', , to = ''] = moments;
      const between = await ask({ kind: 'sessions', from: instant(from), to: instant(to), limit: 1 });
      expect([between.total, idsOf(between)]).toEqual([2, [text(objects[2]?.['id'])]]);
      expect(await ask({ from: instant('2100-01-01T00:00:00Z') })).toEqual({ total: 0, objects: [], leftOut: [] });
    });

    it('are refused behind what no page gave', async () => {
      for (const kind of ['cdrs', 'tariffs'] as const) {
        for (const after of ['x', 'bnVsbA', 'W10']) await expect(ask({ kind, after })).rejects.toThrow(BadCursor);
      }
    });
  });
});

function instant(written: string): NonNullable<RoamingQuery['from']> {
  const found = instantOf(Date.parse(written));
  if (found === undefined) throw new Error(written);
  return found;
}

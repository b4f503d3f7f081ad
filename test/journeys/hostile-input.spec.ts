import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { meterEvent } from '../support/events';
import { BROKEN, IMPOSSIBLE, event, json } from '../support/hostile-events';
import { ServedLedger, until } from '../support/served-ledger';
import type { Answered } from '../support/served-ledger';

const INTAKE = '/v1/meter-events';
const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const LINES = 'application/x-ndjson';
const DAY_MS = 86_400_000;
const BODY_BYTES = 2_000_000;
const REQUESTS_MAX = 3;
const CHUNK = 4;

interface Refusal {
  readonly index: number;
  readonly id?: string;
  readonly code: string;
  readonly pointer?: string;
  readonly reason: string;
  readonly quarantine: string;
}

function refusals({ body }: Answered): readonly Refusal[] {
  return body['quarantined'] as readonly Refusal[];
}

jest.setTimeout(120_000);

describe('hostile input', () => {
  let ledger: ServedLedger;
  /** Refused now because its time lies more than a day ahead, and not any more a few seconds later. */
  let soon: { readonly refusal: Refusal; readonly at: number };

  beforeAll(async () => {
    ledger = await ServedLedger.start({
      LEDGER_BODY_BYTES: `${BODY_BYTES}`,
      LEDGER_INTAKE_REQUESTS: `${REQUESTS_MAX}`,
      LEDGER_INTAKE_CHUNK: `${CHUNK}`,
    });
    const at = Date.now() + 8_000;
    const answer = await ledger.post(INTAKE, json(event({ time: new Date(at + DAY_MS).toISOString() })), ONE);
    const [refusal] = refusals(answer);
    if (refusal === undefined) throw new Error('the event of tomorrow was not refused');
    soon = { refusal, at };
  });
  afterAll(() => ledger.end());

  function problem(answer: Answered, status: number, code: string): void {
    expect(answer.contentType).toMatch(/^application\/problem\+json/);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.body['detail']).toMatch(/\w+ \w+/);
  }

  async function verdictOf(gateway: string, id: string): Promise<Readonly<Record<string, unknown>>> {
    const query = new URLSearchParams({ gateway, id });
    return (await ledger.get(`/v1/receipts?${query.toString()}`)).body;
  }

  describe('as a request of one event', () => {
    it.each(BROKEN)('with $name gets a problem document that names the place', async ({ text, code, pointer }) => {
      const answer = await ledger.post(INTAKE, text, ONE);
      if (code === 'json-too-large') problem(answer, 413, 'too-large');
      else problem(answer, 400, 'bad-json');
      const [finding] = answer.body['findings'] as readonly { readonly code: string; readonly pointer: string }[];
      expect(finding?.code).toBe(code);
      expect(finding?.pointer.startsWith(pointer)).toBe(true);
    });

    it.each(IMPOSSIBLE)('with $name goes to quarantine with code and place', async ({ text, code, pointer }) => {
      const answer = await ledger.post(INTAKE, text, ONE);
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({
        accepted: 0,
        quarantinedTotal: 1,
        quarantined: [{ index: 0, code, pointer }],
      });
    });

    it('with bytes that are not UTF-8 gets a problem document instead of being repaired', async () => {
      const bytes = Buffer.from(json(event()).replace('message-', 'message-\u0001'), 'latin1');
      bytes[bytes.indexOf(1)] = 0xff;
      problem(await ledger.post(INTAKE, new Uint8Array(bytes), ONE), 400, 'bad-json');
    });

    it('that is empty, or of no or another media type, gets a problem document', async () => {
      problem(await ledger.post(INTAKE, '', ONE), 400, 'bad-json');
      problem(await ledger.post(INTAKE, json(event()), 'text/plain'), 415, 'media-type-unknown');
      problem(await ledger.post(INTAKE, json(event()), 'application/xml'), 415, 'media-type-unknown');
      problem(await ledger.post(INTAKE, new Uint8Array(Buffer.from(json(event())))), 415, 'media-type-unknown');
      problem(await ledger.post(INTAKE), 415, 'media-type-unknown');
      expect((await ledger.post(INTAKE, '', LINES)).body).toMatchObject({ accepted: 0, quarantinedTotal: 0 });
    });
  });

  describe('as a member of a batch', () => {
    it('is set aside with its verdict, and its neighbours are taken', async () => {
      const hostile = [...IMPOSSIBLE, ...BROKEN.filter(({ name }) => name !== 'no JSON')];
      const good = hostile.map(() => event());
      const members = hostile.flatMap(({ text }, at) => [text, json(good[at])]);
      const answer = await ledger.post(INTAKE, `[${members.join(' ,\n')}]`, BATCH);
      expect(answer.status).toBe(202);
      expect(answer.body['accepted']).toBe(good.length);
      expect(refusals(answer).map(({ index, code }) => [index, code])).toEqual(
        hostile.map(({ code }, at) => [2 * at, code]),
      );
      await ledger.settle();
      for (const { id } of good) expect(await verdictOf('gw-1', id)).toMatchObject({ verdict: 'recorded' });
    });

    it('of 1,001, or over the size of a body, gets a problem document; 1,000 are taken', async () => {
      const many = Array.from({ length: 1_001 }, () => event());
      problem(await ledger.post(INTAKE, json(many), BATCH), 413, 'too-large');
      problem(await ledger.post(INTAKE, `["${'x'.repeat(BODY_BYTES)}"]`, BATCH), 413, 'too-large');
      expect((await ledger.post(INTAKE, json(many.slice(1)), BATCH)).body['accepted']).toBe(1_000);
    });

    it.each(['{}', '', '[', '[{}', '[{},]', '[,{}]', '[{}] x', '[{"a":"]}', 'null'])(
      'of a batch that is none, %s, gets a problem document',
      async (text) => {
        const answer = await ledger.post(INTAKE, text, BATCH);
        problem(answer, 400, text === '{}' || text === 'null' ? 'bad-request' : 'bad-json');
      },
    );

    it('of an empty batch is nothing, and accepted as such', async () => {
      expect((await ledger.post(INTAKE, ' [ ] ', BATCH)).body).toMatchObject({ accepted: 0, quarantinedTotal: 0 });
    });
  });

  describe('as a line', () => {
    it('is set aside with its verdict, and its neighbours are taken', async () => {
      const hostile = [...IMPOSSIBLE, ...BROKEN];
      const good = [...hostile.map(() => event()), event()];
      const lines = hostile.flatMap(({ text }, at) => [json(good[at]), text]);
      const notUtf8 = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\r\n\n  \n')]);
      const body = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), notUtf8, Buffer.from(json(good.at(-1)))]);
      const answer = await ledger.post(INTAKE, new Uint8Array(body), LINES);
      expect(answer.status).toBe(202);
      expect(answer.body['accepted']).toBe(good.length);
      const codes = [...hostile.map(({ code }, at) => [2 * at + 1, code]), [lines.length, 'json-not-utf-8']];
      expect(refusals(answer).map(({ index, code }) => [index, code])).toEqual(codes);
      await ledger.settle();
      for (const { id } of good) expect(await verdictOf('gw-1', id)).toMatchObject({ verdict: 'recorded' });
      for (const { id, quarantine, code, reason } of refusals(answer)) {
        const gateway = id === undefined ? 'unknown' : 'gw-1';
        const receipt = await verdictOf(gateway, id ?? quarantine);
        expect(receipt).toMatchObject({ verdict: 'quarantined', code, reason });
      }
    });

    it('that is 3 MB long is cut and told so, without being held whole', async () => {
      const [good, other] = [event(), event()];
      const answer = await ledger.post(INTAKE, `${json(good)}\n"${'y'.repeat(3_000_000)}"\n${json(other)}\n`, LINES);
      expect(answer.body).toMatchObject({ accepted: 2, quarantined: [{ index: 1, code: 'json-too-large' }] });
      await ledger.settle();
      const quarantine = refusals(answer)[0]?.quarantine ?? '';
      const shown = (await ledger.get(`/v1/quarantine/${quarantine}`)).body;
      expect(shown).toMatchObject({ isCut: true, bytes: 3_000_002, status: 'kept' });
      expect(shown).toHaveProperty('contentMissing');
      problem(await ledger.post(`/v1/quarantine/${quarantine}/retry`), 409, 'still-not-understood');
    });

    it('that breaks off with its connection is not taken, and the ledger goes on', async () => {
      const [whole, half] = [event(), event()];
      const socket = await streaming(ledger.url);
      const text = `${json(whole)}\n${json(half).slice(0, -10)}`;
      socket.write(chunk(text));
      socket.destroy();
      await once(socket, 'close');
      const { body } = await ledger.post(INTAKE, json(whole), ONE);
      expect(body['accepted']).toBe(1);
      await ledger.settle();
      expect((await ledger.get(`/v1/receipts?gateway=gw-1&id=${half.id}`)).status).toBe(404);
      const { items } = (await ledger.get('/v1/quarantine?limit=1000')).body as {
        readonly items: readonly { readonly message: string }[];
      };
      expect(items.map(({ message }) => message)).not.toContain(half.id);
    });
  });

  it('dated 1970 is kept, and its session is held because no clock says so', async () => {
    const words = { transaction: 'unset', station: 'ST-70' };
    const events = [
      meterEvent({ ...words, kind: 'started', at: '1970-01-01T00:00:10Z', registerWh: '0', data: { seqNo: 0 } }),
      meterEvent({ ...words, kind: 'ended', at: '1970-01-01T01:00:10Z', registerWh: '900', data: { seqNo: 1 } }),
    ];
    expect((await ledger.post(INTAKE, json(events), BATCH)).body['accepted']).toBe(2);
    await ledger.settle();
    const { items } = (await ledger.get('/v1/sessions?station=ST-70')).body as {
      items: readonly Readonly<Record<string, unknown>>[];
    };
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ status: 'held', charge: { state: 'held' } });
    expect(json(items[0]?.['findings'])).toContain('clock-unset');
  });

  it('lies in quarantine to be listed by its code, shown as it came, and taken again once it is understood', async () => {
    await ledger.settle();
    const { items } = (await ledger.get('/v1/quarantine?code=at-in-future')).body as {
      items: readonly Readonly<Record<string, unknown>>[];
    };
    expect(items.map(({ id }) => id)).toContain(soon.refusal.quarantine);
    expect(json(items)).not.toContain('sealed');
    const path = `/v1/quarantine/${soon.refusal.quarantine}`;
    const { body: shown } = await ledger.get(path);
    expect(JSON.parse(shown['content'] as string)).toMatchObject({ id: soon.refusal.id });
    const unit = (await ledger.get('/v1/quarantine?code=unit-unknown')).body as {
      items: readonly { readonly id: string }[];
    };
    problem(await ledger.post(`/v1/quarantine/${unit.items[0]?.id ?? ''}/retry`), 409, 'still-not-understood');
    problem(await ledger.post('/v1/quarantine/nothing/retry'), 404, 'not-found');
    await until('the event to lie less than a day ahead', () => Promise.resolve(Date.now() > soon.at));
    expect((await ledger.post(`${path}/retry`)).body).toMatchObject({ status: 'accepted', accepted: 1 });
    await ledger.settle();
    expect((await ledger.get(path)).body).toMatchObject({ status: 'accepted' });
    expect(await verdictOf('gw-1', soon.refusal.id ?? '')).toMatchObject({ verdict: 'recorded' });
  });

  it('by too many senders at once is told when to come back', async () => {
    const lines = Array.from({ length: REQUESTS_MAX }, () => Array.from({ length: CHUNK }, () => event()));
    const open = await Promise.all(lines.map(() => streaming(ledger.url)));
    for (const [at, socket] of open.entries())
      socket.write(chunk(lines[at]?.map((line) => `${json(line)}\n`).join('') ?? ''));
    // What a stream sent so far is answered while it goes on: then it is surely inside.
    for (const { id } of lines.flat()) {
      await until('a receipt', async () => (await verdictOf('gw-1', id))['verdict'] === 'recorded');
    }
    const answer = await ledger.post(INTAKE, json(event()), ONE);
    problem(answer, 429, 'too-many-requests');
    expect(answer.headers.get('retry-after')).toBe('1');
    for (const socket of open) socket.destroy();
    await until('the gate to open again', async () => (await ledger.post(INTAKE, json(event()), ONE)).status === 202);
  });
});

/** A piece of a chunked body (RFC 9112, section 7.1). */
function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** Begins an endless body of lines and leaves it open. */
async function streaming(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(+port, hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `POST ${INTAKE} HTTP/1.1\r\nhost: ledger\r\ncontent-type: ${LINES}\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  return socket;
}

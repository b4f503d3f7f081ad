import { canon, readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { completeStatement, digestOf, readCloudEvent, readStatement, writeStatement } from './index';
import type { SealedField, SealedParts, Statement, StatementDraft } from './index';

const field: SealedField = { alg: 'A256GCM+HKDF-S256', kid: 'subject-1', iv: 'aXY=', ct: 'Y3Q=', kc: 'ab'.repeat(32) };
const token = { subject: 'subject-1', type: 'RFID', sealed: field };
const signed = { format: 'OCMF', encoding: 'plain', publicKey: '3059', keyedDigest: 'cd'.repeat(32), sealed: field };

function draftOf(
  change: { readonly data?: object; readonly top?: object; readonly receivedAt?: string } = {},
): StatementDraft {
  const event = {
    specversion: '1.0',
    id: 'm-1',
    source: 'gw-7',
    type: 'ledger.meter.updated.v1',
    subject: 'ST 1/1',
    time: '2026-06-01T08:15:00Z',
    data: {
      transaction: 'tä/1',
      seqNo: 4,
      offline: true,
      readings: [
        {
          at: '2026-06-01T08:15:00Z',
          values: [{ measurand: 'Energy.Active.Import.Register', value: '1', unit: 'Wh' }],
        },
      ],
      ...change.data,
    },
    ...change.top,
  };
  const json = readJson(JSON.stringify(event));
  if (!json.ok) throw new Error(json.reason);
  const receivedAt = (change.receivedAt ?? '2026-06-01T08:15:01.000Z') as Instant;
  const outcome = readCloudEvent(json.value, { tenant: 'default', receivedAt });
  const draft = outcome.status === 'read' ? outcome.drafts[0] : undefined;
  if (draft === undefined) throw new Error(JSON.stringify(outcome));
  return draft;
}

const personal = {
  token: { type: 'RFID', id: '04A1B2C3' },
  readings: [
    {
      at: '2026-06-01T08:15:00Z',
      values: [],
      signed: { format: 'OCMF', encoding: 'plain', data: 'OCMF|{}|{}', publicKey: '3059' },
    },
  ],
};

function sealedStatement(parts: SealedParts = { token, signed: [signed] }): Statement {
  return completeStatement(draftOf({ data: personal }), parts);
}

describe('completing a statement', () => {
  it('puts the seals in place of what is personal, and nothing clear remains', () => {
    const text = writeStatement(sealedStatement());
    expect(text).not.toContain('04A1B2C3');
    expect(text).not.toContain('OCMF|');
    expect(readStatement(text)).toMatchObject({ token, readings: [{ signed }] });
  });

  it('keeps the group of the token, which says something and therefore counts for the digest', () => {
    const grouped = completeStatement(draftOf({ data: { token: { type: 'RFID', id: '04A1B2C3', group: 'fleet' } } }), {
      token: { ...token, group: 'fleet' },
    });
    const alone = completeStatement(draftOf({ data: { token: { type: 'RFID', id: '04A1B2C3' } } }), { token });
    expect(readStatement(writeStatement(grouped)).token).toEqual({ ...token, group: 'fleet' });
    expect(writeStatement(grouped)).toBe(canon(grouped));
    expect(grouped.digest).not.toBe(alone.digest);
  });

  it('refuses to leave a token or a signed record unsealed, and seals for nothing', () => {
    expect(() => sealedStatement({ signed: [signed] })).toThrow('token');
    expect(() => sealedStatement({ token })).toThrow('signed record');
    expect(() => sealedStatement({ token, signed: [signed, signed] })).toThrow('more sealed records');
    expect(() => completeStatement(draftOf(), { token })).toThrow('token');
  });

  it('gives the same identity and digest whenever, by whichever gateway and under whichever id it comes again', () => {
    const first = completeStatement(draftOf());
    const again = completeStatement(
      draftOf({ top: { id: 'm-2', source: 'gw-8' }, receivedAt: '2026-07-11T08:15:01.000Z' }),
    );
    expect(again.identity).toBe(first.identity);
    expect(again.digest).toBe(first.digest);
    expect(again.messageId).not.toBe(first.messageId);
  });

  it('gives the same digest for new seals of the same values, and another one for another person or record', () => {
    const { digest } = sealedStatement();
    const resealed = { ...field, iv: 'bmV3', ct: 'bmV3' };
    const fresh = { token: { ...token, sealed: resealed }, signed: [{ ...signed, sealed: resealed }] };
    expect(sealedStatement(fresh).digest).toBe(digest);
    expect(sealedStatement({ token: { ...token, subject: 'subject-2' }, signed: [signed] }).digest).not.toBe(digest);
    const otherRecord = { ...signed, keyedDigest: 'ef'.repeat(32) };
    expect(sealedStatement({ token, signed: [otherRecord] }).digest).not.toBe(digest);
  });

  it('keeps the identity and changes the digest when the same sequence number says something else', () => {
    const first = completeStatement(draftOf());
    const other = completeStatement(draftOf({ data: { offline: false } }));
    expect(other.identity).toBe(first.identity);
    expect(other.digest).not.toBe(first.digest);
  });

  it('writes identities whose parts cannot run into each other', () => {
    expect(completeStatement(draftOf()).identity).toBe('seq/default/ST 1/tä%2F1/4');
    const start = { type: 'ledger.meter.started.v1' };
    const { identity } = completeStatement(draftOf({ top: start, data: { seqNo: undefined, transaction: 'a%' } }));
    expect(identity).toBe('start/default/ST 1/1//a%25/2026-06-01T08:15:00.000Z//');
  });

  it('identifies an end by its transaction, so that another end of it is a conflict', () => {
    const end = { type: 'ledger.meter.ended.v1', time: '2026-06-01T09:15:00Z' };
    const { identity } = completeStatement(draftOf({ top: end, data: { seqNo: undefined } }));
    expect(identity).toBe('stop/default/ST 1/tä%2F1');
  });

  it('identifies an update without sequence number by gateway and message', () => {
    const { identity } = completeStatement(draftOf({ data: { seqNo: undefined } }));
    expect(identity).toBe('message/default/gw-7/m-1');
  });
});

describe('the canonical text of a statement', () => {
  it('is what canon writes, and reads back to the same statement', () => {
    for (const statement of [completeStatement(draftOf()), sealedStatement()]) {
      const text = writeStatement(statement);
      expect(text).toBe(canon(statement));
      expect(readStatement(text)).toEqual(statement);
      expect(digestOf(readStatement(text))).toBe(statement.digest);
    }
  });

  it.each([
    ['no JSON', () => '{', 'the text is not JSON'],
    ['no object', () => '[]', 'an object is expected'],
    [
      'another version',
      (text: string) => text.replace('"v":1', '"v":2'),
      '/v: this version of statements is not known',
    ],
    ['an unknown field', (text: string) => text.replace('"v":1', '"v":1,"w":1'), '/w: statements have no such field'],
    ['a missing field', (text: string) => text.replace('"tenant":"default",', ''), '/tenant: the field is missing'],
    ['a number for text', (text: string) => text.replace('"kind":"updated"', '"kind":3'), '/kind: one of started'],
    ['a fraction', (text: string) => text.replace('"seqNo":4', '"seqNo":4.5'), '/seqNo: a whole number is expected'],
    [
      'a value that is no decimal',
      (text: string) => text.replace('"value":"1"', '"value":"x"'),
      '/readings/0/values/0/value',
    ],
    ['a broken instant', (text: string) => text.replace('08:15:01.000Z', '08:15:01Z'), '/receivedAt: a UTC instant'],
    [
      'readings that are no list',
      (text: string) => text.replace(/"readings":\[.*\],"rec/, '"readings":1,"rec'),
      '/readings',
    ],
  ])('names the place when it holds %s', (_, change, message) => {
    const text = writeStatement(completeStatement(draftOf()));
    expect(() => readStatement(change(text))).toThrow(message);
  });
});

import { canon, instantOf, type Instant } from '@ledger/units';
import type { KeyStore, PresentedToken } from './machine';
import { PATIENCE_MS, unique, type Trial } from './trial.contract';

/** What every KeyStore adapter promises. Call it from the adapter's own spec; other tenants may be there already. */
export function keyStoreContract(adapter: string, open: () => Promise<Trial<KeyStore>>): void {
  describe(`${adapter} keeps the KeyStore contract`, () => {
    jest.setTimeout(2 * PATIENCE_MS);
    let trial: Trial<KeyStore>;
    beforeAll(async () => {
      trial = await open();
    });
    afterAll(() => trial.end());

    describe('subjects', () => keepsSubjects(() => trial));
    describe('erasure', () => erases(() => trial));
    describe('keyed digests', () => keysDigests(() => trial));
  });
}

const RFID: PresentedToken = { type: 'RFID', id: '04A1B2C3' };

function keepsSubjects(trial: () => Trial<KeyStore>): void {
  const keys = (): KeyStore => trial().port;

  it('makes a subject on first sight and knows it again, also after it was opened again', async () => {
    const tenant = unique('tenant');
    const made = await keys().subjectOf(tenant, RFID);
    expect(made.subject).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(made.key).toHaveLength(32);
    expect(await keys().subjectOf(tenant, RFID)).toEqual(made);
    await trial().reopen();
    expect(plain(await keys().subjectOf(tenant, RFID))).toEqual(plain(made));
    expect(Buffer.from(made.key).equals(bytes(await keys().keyOf(made.subject)))).toBe(true);
  });

  it('takes upper and lower case and blanks around a token for the same', async () => {
    const tenant = unique('tenant');
    const { subject } = await keys().subjectOf(tenant, RFID);
    for (const id of ['04a1b2c3', ' 04A1B2C3 ', '04A1b2c3\t']) {
      expect((await keys().subjectOf(tenant, { type: 'RFID', id })).subject).toBe(subject);
    }
  });

  it('keeps tenants, types, tokens and purposes apart', async () => {
    const [tenant, other] = [unique('tenant'), unique('tenant')];
    const subjects = [
      await keys().subjectOf(tenant, RFID),
      await keys().subjectOf(other, RFID),
      await keys().subjectOf(tenant, { type: 'eMAID', id: RFID.id }),
      await keys().subjectOf(tenant, { type: 'RFID', id: '04A1B2C4' }),
      await keys().subjectOf(tenant, { type: 'A', id: 'B\nC' }),
      await keys().subjectOf(tenant, { type: 'A\nB', id: 'C' }),
      await keys().serviceSubject(tenant, 'quarantine'),
      await keys().serviceSubject(tenant, 'evidence'),
      await keys().serviceSubject(other, 'quarantine'),
      await keys().subjectOf(tenant, { type: 'service', id: 'quarantine' }),
    ];
    expect(new Set(subjects.map((each) => each.subject)).size).toBe(subjects.length);
    expect(new Set(subjects.map((each) => Buffer.from(each.key).toString('hex'))).size).toBe(subjects.length);
  });

  it('makes one subject for a token that many ask for at once', async () => {
    const tenant = unique('tenant');
    const many = await Promise.all(Array.from({ length: 20 }, () => keys().subjectOf(tenant, RFID)));
    expect(new Set(many.map((each) => each.subject)).size).toBe(1);
    const purposes = await Promise.all(Array.from({ length: 5 }, () => keys().serviceSubject(tenant, 'quarantine')));
    expect(new Set(purposes.map((each) => each.subject)).size).toBe(1);
  });

  it('answers undefined for a subject that never was', async () => {
    expect(await keys().keyOf('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });
}

function erases(trial: () => Trial<KeyStore>): void {
  const keys = (): KeyStore => trial().port;
  const [first, second] = [moment(1_780_000_000_000), moment(1_790_000_000_000)];

  it('destroys the key for good and says when, also after it was opened again', async () => {
    const tenant = unique('tenant');
    const { subject } = await keys().subjectOf(tenant, RFID);
    const { subject: neighbour } = await keys().subjectOf(tenant, { type: 'RFID', id: 'neighbour' });
    expect(await keys().erase(subject, first)).toBe(true);
    expect(await keys().keyOf(subject)).toEqual({ erased: true, at: first });
    expect(await keys().erase(subject, second)).toBe(true);
    await trial().reopen();
    expect(await keys().keyOf(subject)).toEqual({ erased: true, at: first });
    expect(bytes(await keys().keyOf(neighbour))).toHaveLength(32);
  });

  it('gives the same token a new subject afterwards', async () => {
    const tenant = unique('tenant');
    const before = await keys().subjectOf(tenant, RFID);
    await keys().erase(before.subject, first);
    const after = await keys().subjectOf(tenant, RFID);
    expect(after.subject).not.toBe(before.subject);
    expect(Buffer.from(after.key).equals(Buffer.from(before.key))).toBe(false);
    expect(await keys().subjectOf(tenant, RFID)).toEqual(after);
  });

  it('says when there is nothing to erase', async () => {
    expect(await keys().erase('00000000-0000-4000-8000-000000000000', first)).toBe(false);
  });
}

function keysDigests(trial: () => Trial<KeyStore>): void {
  const keys = (): KeyStore => trial().port;

  it('tells texts and tenants apart, and stays the same after it was opened again', async () => {
    const [tenant, other, text] = [unique('tenant'), unique('tenant'), canon({ token: '04A1B2C3' })];
    const digest = await keys().keyedDigest(tenant, text);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await keys().keyedDigest(tenant, `${text} `)).not.toBe(digest);
    expect(await keys().keyedDigest(other, text)).not.toBe(digest);
    await trial().reopen();
    expect(await keys().keyedDigest(tenant, text)).toBe(digest);
  });
}

function moment(ms: number): Instant {
  const instant = instantOf(ms);
  if (instant === undefined) throw new Error('the moment is out of range');
  return instant;
}

function bytes(key: unknown): Uint8Array {
  if (!(key instanceof Uint8Array)) throw new Error('there is no key');
  return key;
}

function plain(subject: { readonly subject: string; readonly key: Uint8Array }): unknown {
  return [subject.subject, Buffer.from(subject.key).toString('hex')];
}

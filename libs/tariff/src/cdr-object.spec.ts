import { isJsonObject } from '@ledger/units';
import type { DecimalText } from '@ledger/units';
import { violationsOf } from '../../../test/support/ocpi-violations';
import {
  CDR_ID,
  at,
  items,
  location,
  number,
  questionOf,
  repriced,
  sent,
  sessionOf,
  tariff,
  totalOf,
  volumes,
} from '../../../test/support/roaming';
import { cdrObject, parseLocation, sessionObject } from './index';
import type { CdrQuestion } from './index';

describe('a CDR', () => {
  const metered = sessionOf([
    { startedAt: at(0), endedAt: at(3_600_000), energyWh: '7000' as DecimalText, state: 'charging' },
    { startedAt: at(3_600_000), endedAt: at(5_400_000), energyWh: '0' as DecimalText, state: 'suspended' },
    { startedAt: at(5_400_000), endedAt: at(7_200_000), energyWh: '0' as DecimalText, state: 'idle' },
  ]);
  const flat = tariff({ elements: [{ price_components: [{ type: 'FLAT', price: '1', vat: '19', step_size: 1 }] }] });

  it('names the token by its random subject alone, and what is unknown as not available', () => {
    const cdr = sent(cdrObject(CDR_ID, questionOf(metered, flat), '2.2.1'));
    expect(cdr['cdr_token']).toEqual({
      country_code: 'DE',
      party_id: 'LDG',
      uid: metered.subject,
      type: 'OTHER',
      contract_id: '#NA',
    });
    const { subject: _, ...unnamed } = metered;
    expect(sent(cdrObject(CDR_ID, questionOf(unnamed, flat), '2.2.1'))['cdr_token']).toMatchObject({ uid: '#NA' });
  });

  it('tells charging, withheld and parking time apart', () => {
    const cdr = sent(cdrObject(CDR_ID, questionOf(metered, flat), '2.3.0'));
    const types = items(cdr['charging_periods']).map(({ dimensions }) => items(dimensions).map(({ type }) => type));
    expect(types).toEqual([['ENERGY', 'TIME'], ['ENERGY'], ['PARKING_TIME']]);
    expect(number(cdr['total_time']).toFixed()).toBe('2');
    expect(number(cdr['total_parking_time']).toFixed()).toBe('0.5');
  });

  it('says of the shortest time that there was some, for a step_size may follow from it', () => {
    const blink = sessionOf([{ startedAt: at(0), endedAt: at(1), energyWh: '0' as DecimalText, state: 'charging' }]);
    const by = tariff({ elements: [{ price_components: [{ type: 'TIME', price: '1.52', step_size: 60 }] }] });
    const cdr = sent(cdrObject(CDR_ID, questionOf(blink, by), '2.2.1'));
    expect(volumes(cdr, 'TIME').toFixed()).toBe('0.0001');
    expect(repriced(cdr, '2.2.1').excl.toFixed()).toBe(totalOf(cdr, '2.2.1').excl.toFixed());
  });

  it('carries signed values, and leaves them out with a word about it when they are too long for OCPI', () => {
    const signed = (length: number): CdrQuestion => ({
      ...questionOf(metered, flat),
      signed: {
        encodingMethod: 'OCMF',
        publicKey: 'MFkw',
        values: [{ nature: 'End', plainData: `OCMF|{}\n${'x'.repeat(length)}`, signedData: 'T'.repeat(length) }],
      },
    });
    const cdr = sent(cdrObject(CDR_ID, signed(10), '2.2.1'));
    expect(violationsOf(cdr, 'cdr', '2.2.1')).toEqual([]);
    expect(cdr['signed_data']).toMatchObject({ encoding_method: 'OCMF', public_key: 'MFkw' });
    expect(cdr['remark']).toBeUndefined();
    const cut = sent(cdrObject(CDR_ID, { ...signed(5_000), signedNote: 'Some are missing.' }, '2.3.0'));
    expect(violationsOf(cut, 'cdr', '2.3.0')).toEqual([]);
    expect(cut['remark']).toMatch(/^The plain text of signed meter values is cut.* Some are missing\.$/);
    const without = sent(cdrObject(CDR_ID, signed(5_001), '2.2.1'));
    expect(without['signed_data']).toBeUndefined();
    expect(without['remark']).toContain('signed meter values');
  });

  it('is refused with every reason where its location lacks what OCPI requires; nothing is made up', () => {
    const bare = parseLocation({
      id: 'LOC-1',
      time_zone: 'Europe/Berlin',
      last_updated: '2020-01-01T00:00:00Z',
      evses: [{ uid: 'ST-1*1', connectors: [{ id: '1' }] }],
    });
    if (!bare.ok) throw new Error('the location is usable');
    const outcome = cdrObject(CDR_ID, { ...questionOf(metered, flat), location: bare.location }, '2.2.1');
    const pointers = outcome.ok ? [] : outcome.findings.map(({ pointer }) => pointer);
    expect(pointers).toEqual([
      '/party_id',
      '/address',
      '/city',
      '/country',
      '/coordinates',
      '/evses/connectors/standard',
      '/evses/connectors/format',
      '/evses/connectors/power_type',
    ]);
  });

  it('finds the EVSE by the connector number where an OCPP 1.6 gateway names no EVSE, and guesses nothing', () => {
    const { evse: _, connector: __, ...somewhere } = metered;
    const cdr = sent(cdrObject(CDR_ID, questionOf({ ...somewhere, connector: '2' }, flat), '2.2.1'));
    expect(cdr['cdr_location']).toMatchObject({ evse_uid: 'ST-1*2', connector_id: '1' });
    expect(cdrObject(CDR_ID, questionOf(somewhere, flat), '2.2.1')).toMatchObject({
      ok: false,
      findings: [{ code: 'connector-unknown' }],
    });
  });

  it('knows no connector of OCPI 2.3.0 in 2.2.1', () => {
    const megawatt = location({
      evses: [{ uid: 'ST-1*1', connectors: [{ id: '1', standard: 'MCS', format: 'CABLE', power_type: 'DC' }] }],
    });
    const question = { ...questionOf(metered, flat), location: megawatt };
    expect(cdrObject(CDR_ID, question, '2.2.1').ok).toBe(false);
    expect(violationsOf(sent(cdrObject(CDR_ID, question, '2.3.0')), 'cdr', '2.3.0')).toEqual([]);
  });

  it('is made with the tariff that the charge names and no other', () => {
    const other = tariff({ elements: [{ price_components: [{ type: 'FLAT', price: '2', step_size: 1 }] }] });
    expect(() => cdrObject(CDR_ID, { ...questionOf(metered, flat), tariff: other }, '2.2.1')).toThrow(RangeError);
  });

  it('shows an open session with its running cost and a held one without any', () => {
    const question = questionOf({ ...metered, state: 'open' }, flat);
    const open = sent(sessionObject(question, '2.2.1'));
    expect([open['status'], open['end_date_time'], isJsonObject(open['total_cost'])]).toEqual([
      'ACTIVE',
      undefined,
      true,
    ]);
    const held = sent(sessionObject(questionOf(metered, flat), '2.2.1', true));
    expect([held['status'], held['total_cost']]).toEqual(['ACTIVE', undefined]);
  });
});

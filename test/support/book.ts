import { JsonNumber } from '@ledger/units';

/** A location with one station and one connector of 22 kW. */
export const LOCATION = {
  country_code: 'DE',
  party_id: 'LDG',
  id: 'LOC-1',
  publish: true,
  name: 'Test',
  address: 'Street 1',
  city: 'Konstanz',
  country: 'DEU',
  coordinates: { latitude: '47.66', longitude: '9.17' },
  time_zone: 'Europe/Berlin',
  last_updated: '2020-01-01T00:00:00Z',
  evses: [
    {
      uid: 'ST-1*1',
      status: 'AVAILABLE',
      last_updated: '2020-01-01T00:00:00Z',
      connectors: [
        {
          id: '1',
          standard: 'IEC_62196_T2',
          format: 'SOCKET',
          power_type: 'AC_3_PHASE',
          max_voltage: 230,
          max_amperage: 32,
          last_updated: '2020-01-01T00:00:00Z',
        },
      ],
    },
  ],
};

/** A tariff of 0.30 per kWh with 19 % VAT, and a start fee of 1. */
export const TARIFF = {
  country_code: 'DE',
  party_id: 'LDG',
  id: 'T-1',
  currency: 'EUR',
  last_updated: '2020-01-01T00:00:00Z',
  elements: [
    {
      price_components: [
        { type: 'ENERGY', price: new JsonNumber('0.30'), vat: 19, step_size: 1 },
        { type: 'FLAT', price: 1, vat: 19, step_size: 1 },
      ],
    },
  ],
};

/** Who pays the tariff: everybody at the location. */
export const ASSIGNMENT = { tariff: 'T-1', scope: { location: 'LOC-1' }, from: '2020-01-01T00:00:00.000Z' };

import { nameFault, type NameKind, STATION_LENGTH_MAX, TENANT_LENGTH_MAX, TRANSACTION_LENGTH_MAX } from '.';

describe('nameFault', () => {
  it.each<[NameKind, string]>([
    ['tenant', 'default'],
    ['tenant', 'x'.repeat(TENANT_LENGTH_MAX)],
    ['station', 'DE*ABC*E0042:7~a@b|c=d+e'],
    ['evse', '1'],
    ['connector', 'left'],
    ['transaction', '-1'],
    ['transaction', 'über/7d0c 😀'],
    ['gateway', '/gateways/gw-7'],
    ['message', 'gw-7/000123'],
    ['object', 'day night'],
  ])('allows the %s %j', (kind, text) => {
    expect(nameFault(kind, text)).toBeUndefined();
  });

  it.each<[NameKind, string, string]>([
    ['tenant', '', 'the tenant is empty'],
    ['tenant', 'a~b', 'the tenant may hold only'],
    ['tenant', 'a:b', 'the tenant may hold only'],
    ['tenant', 'a\n', 'the tenant may hold only'],
    ['tenant', 'x'.repeat(TENANT_LENGTH_MAX + 1), `more than ${TENANT_LENGTH_MAX} characters`],
    ['station', 'a/b', 'the station may hold only'],
    ['station', 'a b', 'the station may hold only'],
    ['station', 'ä', 'the station may hold only'],
    ['station', 'x'.repeat(STATION_LENGTH_MAX + 1), `more than ${STATION_LENGTH_MAX} characters`],
    ['evse', '1/1', 'the evse may hold only'],
    ['connector', '\t', 'the connector may hold only'],
    ['transaction', 'a\nb', 'the transaction may hold only'],
    ['transaction', 'x'.repeat(TRANSACTION_LENGTH_MAX + 1), `more than ${TRANSACTION_LENGTH_MAX} characters`],
    ['gateway', 'gw\u0000', 'the gateway may hold only'],
    ['message', 'a\u2028', 'the message may hold only'],
    ['object', '\ud800', 'the object may hold only'],
  ])('refuses the %s %j', (kind, text, reason) => {
    expect(nameFault(kind, text)).toContain(reason);
  });
});

import fc from 'fast-check';
import { chargeStream, locationStream, parseStream, sessionStream, stationStream, tariffStream } from '.';

const name = fc.string({ unit: 'binary', minLength: 1 });

describe('a stream', () => {
  it('is named after what it is about', () => {
    expect(sessionStream('7c9e6679-7425-40de-944b-e07fc1f90ae7')).toBe('session-7c9e6679-7425-40de-944b-e07fc1f90ae7');
    expect(chargeStream('7c9e6679-7425-40de-944b-e07fc1f90ae7')).toBe('charge-7c9e6679-7425-40de-944b-e07fc1f90ae7');
    expect(stationStream('default', 'DE*ABC*E1.2_3-4')).toBe('station-default~DE*ABC*E1.2_3-4');
    expect(tariffStream('default', 'day/night 2')).toBe('tariff-default~day%2Fnight%202');
    expect(locationStream('a~b', "~!'()%é")).toBe('location-a%7Eb~%7E%21%27%28%29%25%C3%A9');
  });

  it('gives back its names, whatever characters they hold', () => {
    fc.assert(
      fc.property(name, name, (tenant, id) => {
        expect(parseStream(stationStream(tenant, id))).toEqual({ kind: 'station', tenant, id });
        expect(parseStream(tariffStream(tenant, id))).toEqual({ kind: 'tariff', tenant, id });
        expect(parseStream(locationStream(tenant, id))).toEqual({ kind: 'location', tenant, id });
        expect(parseStream(sessionStream(id))).toEqual({ kind: 'session', session: id });
        expect(parseStream(chargeStream(id))).toEqual({ kind: 'charge', session: id });
        expect(stationStream(tenant, id)).toMatch(/^station-[A-Za-z0-9._*%-]+~[A-Za-z0-9._*%-]+$/);
      }),
    );
  });

  it('cannot be named after empty or broken text', () => {
    expect(() => sessionStream('')).toThrow(RangeError);
    expect(() => stationStream('', 'ST-1')).toThrow(RangeError);
    expect(() => tariffStream('default', '\ud800')).toThrow(RangeError);
  });

  it.each([
    '$ce-session',
    'audit-log',
    'session-',
    'session-a~b',
    'station-a',
    'station-a~',
    'station-a~b~c',
    'tariff-a~%',
    'tariff-a~%2f',
    'tariff-a~%41',
    'tariff-a~é',
    'tariff-a~b\n',
  ])('is none of these streams when it is called %j', (stream) => {
    expect(parseStream(stream)).toBeUndefined();
  });
});

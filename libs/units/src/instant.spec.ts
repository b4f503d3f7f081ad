import fc from 'fast-check';
import { instantOf, millisOf, parseInstant } from '.';

const YEAR_0 = Date.parse('0000-01-01T00:00:00.000Z');
const YEAR_9999 = Date.parse('9999-12-31T23:59:59.999Z');
const anyMs = fc.integer({ min: YEAR_0, max: YEAR_9999 });
const twoDigits = fc.nat({ max: 99 }).map((value) => `${value}`.padStart(2, '0'));

describe('parseInstant', () => {
  it.each([
    ['2026-06-01T08:15:00.000Z', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01T08:15:00Z', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01t08:15:00z', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01 08:15:00', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01T08:15', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01T08:15Z', '2026-06-01T08:15:00.000Z'],
    ['2026-06-01T08:15:00.5Z', '2026-06-01T08:15:00.500Z'],
    ['2026-06-01T08:15:00,25Z', '2026-06-01T08:15:00.250Z'],
    ['2026-06-01T08:15:00.123999999Z', '2026-06-01T08:15:00.123Z'],
    ['2026-06-01T08:15:00+02:00', '2026-06-01T06:15:00.000Z'],
    ['2026-06-01T08:15:00.000+0530', '2026-06-01T02:45:00.000Z'],
    ['2026-01-01T00:15:00+01:00', '2025-12-31T23:15:00.000Z'],
    ['2026-12-31T23:59:59.9-00:01', '2027-01-01T00:00:59.900Z'],
    ['2026-06-01T08:15:00-00:00', '2026-06-01T08:15:00.000Z'],
    ['2024-02-29T00:00:00.000Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '',
    'now',
    '2026-06-01',
    '2026-6-1T08:15:00Z',
    '20260601T081500Z',
    '2026-13-01T00:00:00.000Z',
    '2026-00-01T00:00:00Z',
    '2026-06-00T00:00:00.000Z',
    '2026-06-31T00:00:00.000Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-06-01T24:00:00Z',
    '2026-06-01T24:00:00.000Z',
    '2026-06-01T08:60:00Z',
    '2016-12-31T23:59:60Z',
    '2026-06-01T08:15:00.Z',
    '2026-06-01T08:15:00.0000000001Z',
    '2026-06-01T08:15:00+24:00',
    '2026-06-01T08:15:00+01:60',
    '2026-06-01T08:15:00+1',
    '2026-06-01T08:15:00 Z',
    ' 2026-06-01T08:15:00Z',
    '2026-06-01T08:15:00.000Z\n',
    '٢٠٢٦-06-01T08:15:00Z',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+10000-01-01T00:00:00.000Z',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('accepts exactly the days and times that the calendar has', () => {
    const century = fc.constantFrom('00', '19', '20', '21', '99');
    const fields = fc.tuple(century, twoDigits, twoDigits, twoDigits, twoDigits, twoDigits, twoDigits);
    fc.assert(
      fc.property(fields, ([hundreds, years, month, day, hour, minute, second]) => {
        const text = `${hundreds}${years}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
        const ms = Date.parse(text);
        const exists = !Number.isNaN(ms) && new Date(ms).toISOString() === text;
        expect(parseInstant(text)).toBe(exists ? text : undefined);
      }),
      { numRuns: 2_000 },
    );
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 32; day += 1) {
        for (const year of ['2023', '2024', '2100', '2400']) {
          const text = `${year}-${`${month}`.padStart(2, '0')}-${`${day}`.padStart(2, '0')}T00:00:00.000Z`;
          const ms = Date.parse(text);
          const exists = !Number.isNaN(ms) && new Date(ms).toISOString() === text;
          expect(parseInstant(text)).toBe(exists ? text : undefined);
        }
      }
    }
  });

  it('gives one text for one moment, whatever the offset it was written with', () => {
    fc.assert(
      fc.property(anyMs, fc.integer({ min: -1_439, max: 1_439 }), (ms, offset) => {
        const local = instantOf(ms + offset * 60_000);
        fc.pre(local !== undefined);
        const size = Math.abs(offset);
        const hours = `${Math.floor(size / 60)}`.padStart(2, '0');
        const suffix = `${offset < 0 ? '-' : '+'}${hours}:${`${size % 60}`.padStart(2, '0')}`;
        expect(parseInstant(`${local.slice(0, -1)}${suffix}`)).toBe(instantOf(ms));
      }),
    );
  });
});

describe('an instant', () => {
  it('goes to milliseconds and back', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const instant = instantOf(ms);
        expect(instant !== undefined && millisOf(instant)).toBe(ms);
        expect(instant !== undefined && parseInstant(instant)).toBe(instant);
      }),
    );
  });

  it('has the order of its text', () => {
    fc.assert(
      fc.property(anyMs, anyMs, (one, other) => {
        const [earlier, later] = [instantOf(Math.min(one, other)), instantOf(Math.max(one, other))];
        expect(earlier !== undefined && later !== undefined && earlier <= later).toBe(true);
      }),
    );
  });

  it('are written and read as the engine does it, day by day and back and forth', () => {
    const moments = fc.integer({ min: YEAR_0, max: YEAR_9999 });
    fc.assert(
      fc.property(moments, fc.integer({ min: -90_000_000, max: 90_000_000 }), (one, step) => {
        for (const ms of [one, Math.min(Math.max(one + step, YEAR_0), YEAR_9999), one, one + 0.5]) {
          const instant = instantOf(ms);
          expect(instant).toBe(ms > YEAR_9999 ? undefined : new Date(ms).toISOString());
          if (instant !== undefined) expect(millisOf(instant)).toBe(Math.trunc(ms));
        }
      }),
    );
  });

  it('does not exist outside the years 0 to 9999', () => {
    expect([YEAR_0 - 1, YEAR_9999 + 1, NaN, Infinity, -Infinity].map(instantOf)).toEqual(Array(5).fill(undefined));
    expect(instantOf(YEAR_0)).toBe('0000-01-01T00:00:00.000Z');
  });
});

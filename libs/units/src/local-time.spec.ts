import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { DAY_MS, dateOfDay, dayOfDate, localText, timeZonesVersion, weekdayOf, zoneOf, type Zone } from './local-time';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

function zone(name: string): Zone {
  const found = zoneOf(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
}

function day(date: string): number {
  const found = dayOfDate(date);
  if (found === undefined) throw new Error(`no day ${date}`);
  return found;
}

const local = (date: string, hours: number, minutes = 0) => ({
  day: day(date),
  msOfDay: (hours * 60 + minutes) * 60_000,
});

describe('local time', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', 23, '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25', 25, '2026-10-25T01:00:00Z'],
    ['Europe/Zurich', '2026-03-29', 23, '2026-03-29T01:00:00Z'],
    ['Europe/Zurich', '2026-10-25', 25, '2026-10-25T01:00:00Z'],
    ['America/New_York', '2026-03-08', 23, '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01', 25, '2026-11-01T06:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-04', 23.5, '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-04-05', 24.5, '2026-04-04T15:00:00Z'],
  ])('knows that in %s the day %s has %s hours and changes at %s', (name, date, hours, change) => {
    const start = zone(name).startOfDay(day(date));
    const end = zone(name).startOfDay(day(date) + 1);
    expect((end - start) / 3_600_000).toBe(hours);
    expect(zone(name).transitions(start, end).map(iso)).toEqual([change]);
  });

  it('takes the earlier of two moments that the wall shows alike', () => {
    expect(iso(zone('Europe/Berlin').instantOfLocal(local('2026-10-25', 2, 30)))).toBe('2026-10-25T00:30:00Z');
    expect(iso(zone('Australia/Lord_Howe').instantOfLocal(local('2026-04-05', 1, 45)))).toBe('2026-04-04T14:45:00Z');
    expect(iso(zone('America/New_York').instantOfLocal(local('2026-11-01', 1, 30)))).toBe('2026-11-01T05:30:00Z');
  });

  it('starts a local time that the clock jumps over at the jump', () => {
    expect(iso(zone('Europe/Berlin').instantOfLocal(local('2026-03-29', 2, 30)))).toBe('2026-03-29T01:00:00Z');
    expect(iso(zone('Europe/Zurich').instantOfLocal(local('2026-03-29', 2, 0)))).toBe('2026-03-29T01:00:00Z');
    expect(iso(zone('Australia/Lord_Howe').instantOfLocal(local('2026-10-04', 2, 15)))).toBe('2026-10-03T15:30:00Z');
  });

  it('starts a day whose midnight does not exist when its clock starts', () => {
    expect(iso(zone('America/Santiago').startOfDay(day('2026-09-06')))).toBe('2026-09-06T04:00:00Z');
  });

  it('writes a moment as the wall shows it, so that the repeated hour can be told apart', () => {
    expect(localText(zone('Europe/Berlin'), at('2026-10-25T00:30:00Z'))).toBe('2026-10-25T02:30:00.000+02:00');
    expect(localText(zone('Europe/Berlin'), at('2026-10-25T01:30:00Z'))).toBe('2026-10-25T02:30:00.000+01:00');
    expect(localText(zone('America/St_Johns'), at('2026-01-01T00:00:00Z'))).toBe('2025-12-31T20:30:00.000-03:30');
  });

  it('knows weekdays and dates on both sides of 1970', () => {
    expect(weekdayOf(day('2026-11-25'))).toBe(2);
    expect(weekdayOf(day('1969-12-31'))).toBe(2);
    expect(dateOfDay(day('1969-12-31'))).toBe('1969-12-31');
    expect(dayOfDate('2026-02-29')).toBeUndefined();
    expect(dayOfDate('2026-2-9')).toBeUndefined();
  });

  it.each(['', 'Mars/Olympus', '+01:00', 'Europe/Berlin ', '../Berlin'])('has no zone called %j', (name) => {
    expect(zoneOf(name)).toBeUndefined();
  });

  it('names the version of its data', () => {
    expect(timeZonesVersion()).toMatch(/^\d{4}[a-z]+$/);
  });

  it('agrees with the time-zone library at any moment', () => {
    const names = ['Europe/Berlin', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca'];
    const moments = fc.integer({ min: at('1985-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...names), moments, (name, ms) => {
        const truth = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name);
        const { day: onDay, msOfDay } = zone(name).localAt(ms);
        expect(zone(name).offsetAt(ms)).toBe(truth.offsetNanoseconds / 1_000_000);
        expect(dateOfDay(onDay)).toBe(truth.toPlainDate().toString());
        expect(weekdayOf(onDay)).toBe(truth.dayOfWeek - 1);
        expect(msOfDay).toBe(((truth.hour * 60 + truth.minute) * 60 + truth.second) * 1_000 + truth.millisecond);
        expect(zone(name).startOfDay(onDay)).toBe(truth.startOfDay().epochMilliseconds);
      }),
    );
  });

  it('covers any span without holes, in stretches of one offset', () => {
    const start = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 900 * DAY_MS }), (from, length) => {
        const stretches = zone('Europe/Berlin').stretches(from, from + length);
        expect(stretches[0]?.from).toBe(from);
        expect(stretches.at(-1)?.to).toBe(from + length);
        stretches.slice(1).forEach((stretch, index) => {
          expect(stretch.from).toBe(stretches[index]?.to);
          expect(stretch.offsetMs).not.toBe(stretches[index]?.offsetMs);
        });
      }),
    );
  });
});

import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { instantWords } from './instant-words.ts';

const UNITS_MS = new Map([
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
]);
const NOW = new Date('2026-11-23T12:00:00Z');

afterEach(() => vi.unstubAllEnvs());

function words(at: string, timeZone: 'UTC' | 'local' = 'UTC') {
  return instantWords(new Date(at), NOW, timeZone);
}

test.each([
  ['2026-11-23T11:59:01Z', 'just now'],
  ['2026-11-23T11:59:00Z', '1 minute ago'],
  ['2026-11-23T11:00:01Z', '59 minutes ago'],
  ['2026-11-23T11:00:00Z', '1 hour ago'],
  ['2026-11-22T12:00:01Z', '23 hours ago'],
  ['2026-11-22T12:00:00Z', '1 day ago'],
  ['2026-11-16T12:00:01Z', '6 days ago'],
])('within a week, %s is said as %s', (at, short) => {
  expect(words(at).short).toBe(short);
});

test('from a week on, the date is said', () => {
  expect(words('2026-11-16T12:00:00Z').short).toBe('16 Nov 2026');
});

test('an instant that is still to come is said as its date', () => {
  expect(words('2026-12-07T12:00:00Z').short).toBe('7 Dec 2026');
});

test('the full instant says that it is in UTC', () => {
  expect(words('2026-11-12T14:03:00Z').full).toBe('12 November 2026, 14:03 UTC');
});

test('short and exact words together say the instant to the minute, or how long ago it was', () => {
  const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
  const recent = fc.nat({ max: 8 * 86_400_000 }).map((ms) => new Date(NOW.getTime() - ms));
  fc.assert(
    fc.property(fc.oneof(instant, recent), (at) => {
      const { isAgo, short, exact, date, full } = instantWords(at, NOW, 'UTC');
      const minute = new Date(at).setUTCSeconds(0, 0);
      const said = isAgo ? exact : `${short}, ${exact}`;
      for (const written of [said, full, full.replace(/^.*,/, `${date},`)])
        expect(Date.parse(written.replace(',', ''))).toBe(minute);
      const [, amount = '0', unit = ''] = /^(\d+) (minute|hour|day)s? ago$/.exec(short) ?? [];
      if (isAgo) {
        const passed = (NOW.getTime() - at.getTime()) / (UNITS_MS.get(unit) ?? 60_000);
        expect(Math.floor(passed)).toBe(Number(amount));
        expect(short.includes('s ago')).toBe(Number(amount) > 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('date and time are those of the reader’s time zone, which needs no name', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  expect(words('2026-11-02T23:30:00Z', 'local')).toEqual({
    isAgo: false,
    short: '3 Nov 2026',
    exact: '08:30',
    date: '3 November 2026',
    full: '3 November 2026, 08:30',
  });
});

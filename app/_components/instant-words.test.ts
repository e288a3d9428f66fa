import { afterEach, expect, test, vi } from 'vitest';
import { instantWords } from './instant-words.ts';

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

test('the exact instant is what the short words leave out', () => {
  expect(words('2026-11-22T14:03:00Z').exact).toBe('22 Nov 2026, 14:03 UTC');
  expect(words('2026-11-12T14:03:00Z').exact).toBe('14:03 UTC');
});

test('midnight is 00:00', () => {
  expect(words('2026-09-05T00:00:00Z').full).toBe('5 September 2026, 00:00 UTC');
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

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const START = '2026-11-23T12:00:00.000Z';
const MINUTE_MS = 60_000;

let visibility = 'visible';
let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  vi.resetModules();
  visibility = 'visible';
  page = new EventTarget();
  Object.defineProperty(page, 'visibilityState', { get: () => visibility });
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = async () => (await import('./page-clock.ts')).pageClock;

function show(state: 'visible' | 'hidden') {
  visibility = state;
  page.dispatchEvent(new Event('visibilitychange'));
}

test('the time goes on from what the server said, whatever the browser’s own clock says', async () => {
  vi.setSystemTime('2031-01-01T00:00:00Z');
  const clock = await open();
  expect(clock.read(START)).toBe(Date.parse(START));
  vi.advanceTimersByTime(2 * MINUTE_MS);
  expect(clock.read(START)).toBe(Date.parse(START) + 2 * MINUTE_MS);
});

test('a page made later sets the time on, and one kept from before does not set it back', async () => {
  const clock = await open();
  clock.read(START);
  const later = '2026-11-23T12:30:00.000Z';
  expect(clock.read(later)).toBe(Date.parse(later));
  expect(clock.read(START)).toBe(Date.parse(later));
});

test('any number of readers share one timer, which ends with the last of them', async () => {
  const clock = await open();
  const leave = Array.from({ length: 100 }, () => clock.subscribe(() => {}));
  expect(vi.getTimerCount()).toBe(1);
  for (const end of leave) end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a hidden page has no timer, and tells its readers at once when it is seen again', async () => {
  const clock = await open();
  let told = 0;
  clock.subscribe(() => {
    told += 1;
  });
  show('hidden');
  const before = told;
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(10 * MINUTE_MS);
  expect(told).toBe(before);
  show('visible');
  expect(told).toBe(before + 1);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(told).toBeGreaterThan(before + 1);
});

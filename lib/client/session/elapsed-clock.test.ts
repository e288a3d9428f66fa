/** What counts as time passed, on a machine that sleeps and whose clock is set. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let wallMs: number;
let monotonicMs: number;
let now: () => number;
let beganAtMs: number;

const pass = (ms: number) => {
  wallMs += ms;
  monotonicMs += ms;
};
/** Sleep, or a hand on the clock: they look the same. */
const setWall = (byMs: number) => {
  wallMs += byMs;
};
const elapsedMs = () => now() - beganAtMs;

beforeEach(async () => {
  wallMs = 1_800_000_000_000;
  monotonicMs = 12_345;
  vi.spyOn(Date, 'now').mockImplementation(() => wallMs);
  vi.spyOn(performance, 'now').mockImplementation(() => monotonicMs);
  vi.resetModules();
  ({ now } = await import('./elapsed-clock.ts'));
  beganAtMs = now();
});
afterEach(() => vi.restoreAllMocks());

test('time awake counts as it is', () => {
  expect(beganAtMs).toBe(12_345);
  pass(1_500);
  expect(elapsedMs()).toBe(1_500);
});

test('every sleep counts, once', () => {
  for (let times = 1; times <= 3; times += 1) {
    setWall(MINUTE_MS);
    expect([elapsedMs(), elapsedMs()]).toEqual([times * MINUTE_MS, times * MINUTE_MS]);
  }
  pass(1_000);
  expect(elapsedMs()).toBe(3 * MINUTE_MS + 1_000);
});

test('a sleep before the first look counts as well', async () => {
  vi.resetModules();
  const fresh = await import('./elapsed-clock.ts');
  setWall(MINUTE_MS);
  expect(fresh.now()).toBe(monotonicMs + MINUTE_MS);
});

test('a clock that is set back takes nothing away, and a sleep after it counts', () => {
  setWall(MINUTE_MS);
  expect(elapsedMs()).toBe(MINUTE_MS);
  setWall(-3 * HOUR_MS);
  expect(elapsedMs()).toBe(MINUTE_MS);
  setWall(MINUTE_MS);
  expect(elapsedMs()).toBe(2 * MINUTE_MS);
});

test('a second between the clocks is rounding or drift, more is not', () => {
  setWall(1_000);
  expect(elapsedMs()).toBe(0);
  setWall(-2_000);
  expect(elapsedMs()).toBe(0);
  setWall(2_001);
  expect(elapsedMs()).toBe(1_001);
});

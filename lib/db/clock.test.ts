import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from './client.ts';
import { databaseTime, lastDatabaseTime, noteDatabaseTime, Reading } from './clock.ts';
import { openTestDatabase } from './test-database.ts';

const HOUR_MS = 3_600_000;
const NEAR_MS = 60_000;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A process whose clock is wrong by so much. */
function wrongBy(ms: number) {
  let wrongByMs = ms;
  return {
    set: (ms: number) => {
      wrongByMs = ms;
    },
    wallMs: () => Date.now() + wrongByMs,
    monotonicMs: () => performance.now(),
  };
}
const isNear = (time: Date) => Math.abs(time.getTime() - Date.now()) < NEAR_MS;

test.each([0, HOUR_MS, -HOUR_MS, 400 * 24 * HOUR_MS])(
  'a process whose clock is wrong by %i ms goes by the database’s',
  async (ms) => {
    const [clock, reading] = [wrongBy(ms), new Reading()];
    expect(isNear(await databaseTime(database.db, clock, reading))).toBe(true);
    expect(isNear(lastDatabaseTime(clock, reading))).toBe(true);
  },
);

test('a clock that is set while the process runs is noticed before the next request is judged', async () => {
  const [clock, reading] = [wrongBy(0), new Reading()];
  await databaseTime(database.db, clock, reading);
  for (const ms of [-600_000, HOUR_MS, 0]) {
    clock.set(ms);
    expect(isNear(await databaseTime(database.db, clock, reading))).toBe(true);
  }
});

test('nothing is asked while the clock is left alone', async () => {
  const [clock, reading] = [wrongBy(HOUR_MS), new Reading()];
  noteDatabaseTime(new Date(), clock.wallMs(), clock, reading);
  const asked = vi.spyOn(database.db, 'select');
  expect(isNear(await databaseTime(database.db, clock, reading))).toBe(true);
  expect(asked).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('while the database is away the last reading counts', async () => {
  const [clock, reading] = [wrongBy(HOUR_MS), new Reading()];
  await databaseTime(database.db, clock, reading);
  const away = await openTestDatabase();
  await away.close();
  clock.set(HOUR_MS + 5_000);
  expect(isNear(await databaseTime(away.db, clock, reading))).toBe(true);
});

test('a slow answer changes nothing where the clocks may agree, and a wrong offset is put right', () => {
  const [clock, reading] = [{ wallMs: () => 10_000, monotonicMs: () => 10_000 }, new Reading()];
  const learn = (databaseMs: number, sentAtMs: number) => {
    noteDatabaseTime(new Date(databaseMs), sentAtMs, clock, reading);
    return lastDatabaseTime(clock, reading).getTime();
  };
  expect([learn(9_000, 8_000), learn(9_999, 9_998), learn(8_001, 8_000)]).toEqual([10_000, 10_000, 10_000]);
  expect(learn(70_000, 9_000)).toBe(70_500);
  expect(learn(70_400, 9_800)).toBe(70_500);
});

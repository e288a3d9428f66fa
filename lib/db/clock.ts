/** The one clock that sessions go by: the database's. Each process keeps how far its own is off, so that asking costs no query. */
import { sql } from 'drizzle-orm';
import { processWide } from '../process-wide.ts';
import type { Db } from './client.ts';
import { sessions } from './schema.ts';

/** Both clocks of this process: one that operators and time servers may set, one that only grows but may rest while the machine sleeps. */
export interface ProcessClock {
  wallMs: () => number;
  monotonicMs: () => number;
}

interface Reading {
  /** Add to this process's clock; 0 before the first reading. */
  offsetMs: number;
  /** When it was taken; null before the first. */
  at: { wallMs: number; monotonicMs: number } | null;
}

const PROCESS: ProcessClock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
/** More than rounding and a slow answer: this process's clock was set, or the machine slept. */
const STEP_MS = 1_000;
const ROUNDING_MS = 1;

export function newReading(): Reading {
  return { offsetMs: 0, at: null };
}

const shared = () => processWide('database-clock', newReading);

/** Asks the database at the first call, and after this process's clock was set. While the database is away the last reading counts. */
export async function databaseTime(db: Db, clock = PROCESS, reading = shared()): Promise<Date> {
  if (wasSet(reading, clock)) await read(db, clock, reading).catch(() => {});
  return lastDatabaseTime(clock, reading);
}

/** The same without asking, for what follows in a request that has asked. */
export function lastDatabaseTime(clock = PROCESS, reading = shared()): Date {
  return new Date(clock.wallMs() + reading.offsetMs);
}

/**
 * What another query has learnt on its way, begun when this process's clock said `sentAtMs`. An offset that may be right is kept, so that
 * slow answers make no time go back.
 */
export function noteDatabaseTime(databaseNow: Date, sentAtMs: number, clock = PROCESS, reading = shared()): void {
  const wallMs = clock.wallMs();
  const least = databaseNow.getTime() - wallMs - ROUNDING_MS;
  const most = databaseNow.getTime() - sentAtMs + ROUNDING_MS;
  if (reading.offsetMs < least || reading.offsetMs > most) reading.offsetMs = Math.round((least + most) / 2);
  reading.at = { wallMs, monotonicMs: clock.monotonicMs() };
}

async function read(db: Db, clock: ProcessClock, reading: Reading): Promise<void> {
  const sentAtMs = clock.wallMs();
  const [row] = await db
    .select({ at: sql`clock.at`.mapWith(sessions.createdAt) })
    .from(sql`(select clock_timestamp() as at) as clock`);
  if (row) noteDatabaseTime(row.at, sentAtMs, clock, reading);
}

function wasSet({ at }: Reading, clock: ProcessClock): boolean {
  if (!at) return true;
  const passedMs = clock.monotonicMs() - at.monotonicMs;
  return Math.abs(clock.wallMs() - at.wallMs - passedMs) > STEP_MS;
}

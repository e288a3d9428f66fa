/** The clock of all sessions is the database's. Each process keeps its own offset, so that reading the time costs no query. */
import { sql } from 'drizzle-orm';
import { processWide } from '../process-wide.ts';
import type { Db } from './client.ts';
import { sessions } from './schema.ts';

/** The two clocks of a process: the wall clock, which can be set, and the monotonic one, which may stop while the machine sleeps. */
export interface ProcessClock {
  wallMs: () => number;
  monotonicMs: () => number;
}

export class Reading {
  /** Add to this process's clock; 0 before the first reading. */
  offsetMs = 0;
  /** When it was read; null before the first. */
  at: { wallMs: number; monotonicMs: number } | null = null;
}

export const PROCESS_CLOCK: ProcessClock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
/** Beyond rounding and a slow answer: the clock was set, or the machine slept. */
const STEP_MS = 1_000;
const ROUNDING_MS = 1;

const shared = () => processWide('database-clock', () => new Reading());

/** Return the database's time. Queries it on the first call and after this process's clock was set; otherwise uses the last reading. */
export async function databaseTime(db: Db, clock = PROCESS_CLOCK, reading = shared()): Promise<Date> {
  if (wasSet(reading, clock)) await read(db, clock, reading).catch(() => {});
  return lastDatabaseTime(clock, reading);
}

/** The same without a query, for later steps of a request. */
export function lastDatabaseTime(clock = PROCESS_CLOCK, reading = shared()): Date {
  return new Date(clock.wallMs() + reading.offsetMs);
}

/**
 * Learn the offset from another query, sent at `sentAtMs` of this process's clock. A plausible offset is kept, so that
 * slow answers never move the time back.
 */
export function noteDatabaseTime(databaseNow: Date, sentAtMs: number, clock = PROCESS_CLOCK, reading = shared()): void {
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

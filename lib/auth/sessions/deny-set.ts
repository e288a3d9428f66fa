/**
 * The deny-set: sessions revoked within the last access lifetime. Every process keeps it, so that a guarded request costs no query.
 *
 * A process adds its own revocations at once, and pulls those of others on demand: the first request that finds the set older than
 * `REVOCATION_LAG` refreshes it before it is answered, and concurrent requests share that one query. So there is at most one small
 * query per lag and process, none when idle, and the set is right after a freeze too.
 */
import { gt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { noteDatabaseTime, PROCESS_CLOCK, type ProcessClock } from '../../db/clock.ts';
import { isDatabaseAway } from '../../db/failures.ts';
import { sessions } from '../../db/schema.ts';
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { processWide } from '../../process-wide.ts';
import { CLOCK_SKEW_SECONDS } from '../tokens/token-limits.ts';
import { REVOCATION_BLIND_MS, REVOCATION_LAG_MS, REVOCATION_OVERLAP_SECONDS } from './session-limits.ts';

/** Shorter than the overlap of two pulls, longer than a slow answer. */
const CLOCK_SET_BACK_MS = (REVOCATION_OVERLAP_SECONDS * 1_000) / 2;

export class DenySet {
  /** Session id → when it may be forgotten, in milliseconds of this process's monotonic clock. */
  forgetAtMs = new Map<string, number>();
  /** The database's clock at the last pull; null before the first. */
  cursor: Date | null = null;
  /** Monotonic: the start of the last pull that succeeded, and the start or the failure of the last attempt. */
  pulledAtMs = -Infinity;
  triedAtMs = -Infinity;
  /** The last attempt found no database. */
  isAway = false;
  pull: Promise<void> | null = null;
}

type Clock = Pick<ProcessClock, 'monotonicMs'>;

const shared = () => processWide('deny-set', () => new DenySet());

/**
 * Throws `unavailable` when the database was away for longer than `REVOCATION_BLIND_MS`: no revocation may be missed.
 * Until then the set as it is counts, and the database is asked again once per lag, or once a second where the lag is longer.
 */
export async function isRevoked(
  db: Db,
  sessionId: string,
  clock: Clock = PROCESS_CLOCK,
  set = shared(),
): Promise<boolean> {
  const lagMs = env().revocationLagMs;
  if (clock.monotonicMs() - set.pulledAtMs >= lagMs) await pullOnce(db, clock, set, lagMs);
  return set.forgetAtMs.has(sessionId);
}

/** Call it after the rows are written: from here on this process refuses these sessions. */
export function denySessions(sessions: Iterable<{ id: string }>, clock: Clock = PROCESS_CLOCK, set = shared()): void {
  const forgetAtMs = clock.monotonicMs() + denyForMs();
  for (const { id } of sessions) set.forgetAtMs.set(id, forgetAtMs);
}

/** As `isRevoked` has found it, without a query. A page needs the database, whatever the deny-set still knows. */
export function isDatabaseKnownAway(set = shared()): boolean {
  return set.isAway;
}

/** For metrics. The age is that of the last pull; 0 before the first. */
export function denySetState(clock: Clock = PROCESS_CLOCK, set = shared()): { size: number; ageSeconds: number } {
  const ageMs = set.cursor ? clock.monotonicMs() - set.pulledAtMs : 0;
  return { size: set.forgetAtMs.size, ageSeconds: ageMs / 1_000 };
}

async function pullOnce(db: Db, clock: Clock, set: DenySet, lagMs: number): Promise<void> {
  const nowMs = clock.monotonicMs();
  const triedLately = nowMs - set.triedAtMs < Math.min(lagMs, REVOCATION_LAG_MS);
  if (!set.pull && !triedLately) {
    set.triedAtMs = nowMs;
    set.pull = pull(db, nowMs, set).finally(() => {
      set.pull = null;
    });
  }
  try {
    await set.pull;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    set.isAway = true;
    set.triedAtMs = clock.monotonicMs();
  }
  if (clock.monotonicMs() - set.pulledAtMs >= Math.max(REVOCATION_BLIND_MS, lagMs)) throw new AppError('unavailable');
}

async function pull(db: Db, nowMs: number, set: DenySet): Promise<void> {
  const [previous, passedMs] = [set.cursor, nowMs - set.pulledAtMs];
  forgetExpired(set, nowMs);
  const databaseNow = await addRevoked(db, nowMs, set, previous);
  // The database's clock was set back: later revocations have times from before the cursor.
  const isSetBack = previous !== null && databaseNow.getTime() < previous.getTime() + passedMs - CLOCK_SET_BACK_MS;
  if (isSetBack) await addRevoked(db, nowMs, set, null);
  set.cursor = databaseNow;
  set.pulledAtMs = nowMs;
  set.isAway = false;
}

/** Add the sessions revoked since the cursor, or within the longest life of an access token. Return the database's time. */
async function addRevoked(db: Db, nowMs: number, set: DenySet, cursor: Date | null): Promise<Date> {
  const since = cursor
    ? new Date(cursor.getTime() - REVOCATION_OVERLAP_SECONDS * 1_000)
    : sql`now() - make_interval(secs => ${denyForMs() / 1_000})`;
  const sentAtMs = Date.now();
  const rows = await db
    .select({ databaseNow: sql`clock.at`.mapWith(sessions.createdAt), id: sessions.id })
    .from(sql`(select now() as at) as clock`)
    .leftJoin(sessions, gt(sessions.revokedAt, since));
  const forgetAtMs = nowMs + denyForMs();
  for (const { id } of rows) if (id !== null && !set.forgetAtMs.has(id)) set.forgetAtMs.set(id, forgetAtMs);
  // The outer join gives one row at least.
  const databaseNow = rows[0]?.databaseNow ?? new Date();
  noteDatabaseTime(databaseNow, sentAtMs);
  return databaseNow;
}

/** The map is in order of insertion, so nearly in order of time. */
function forgetExpired(set: DenySet, nowMs: number): void {
  for (const [id, forgetAtMs] of set.forgetAtMs) {
    if (forgetAtMs > nowMs) break;
    set.forgetAtMs.delete(id);
  }
}

/** Longer than the life of any access token that was signed before the revocation. */
function denyForMs(): number {
  const { accessTokenLifetimeSeconds, boundAccessTokenLifetimeSeconds } = env();
  return (Math.max(accessTokenLifetimeSeconds, boundAccessTokenLifetimeSeconds) + CLOCK_SKEW_SECONDS) * 1_000;
}

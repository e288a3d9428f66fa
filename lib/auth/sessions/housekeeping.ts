/** Remove old rows, a few with each sign-in, so that no cron job is needed. */
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { auditEvents, rateLimits, sessions } from '../../db/schema.ts';
import { logError } from '../../log.ts';
import { processWide } from '../../process-wide.ts';
import {
  AUDIT_EVENTS_KEPT_SECONDS,
  ENDED_SESSIONS_KEPT_SECONDS,
  HOUSEKEEPING_PAUSE_SECONDS,
  HOUSEKEEPING_ROWS,
} from './policy.ts';

/** At most once per pause and process. Never throws: a later sign-in removes the rest. */
export async function tidyUp(db: Db, now: Date): Promise<void> {
  const state = processWide('housekeeping', () => ({ lastAt: Number.NEGATIVE_INFINITY }));
  if (Math.abs(now.getTime() - state.lastAt) < HOUSEKEEPING_PAUSE_SECONDS * 1_000) return;
  state.lastAt = now.getTime();
  try {
    await removeOldRows(db, now);
  } catch (error) {
    logError('housekeeping_failed', error);
  }
}

/** Two processes that work together skip each other's rows. */
export async function removeOldRows(db: Db, now: Date): Promise<void> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000).toISOString();
  const sessionsBefore = before(ENDED_SESSIONS_KEPT_SECONDS);
  await removeSome(
    db,
    sql`${sessions} where ${sessions.revokedAt} < ${sessionsBefore} or ${sessions.expiresAt} < ${sessionsBefore}`,
    sql`${sessions}`,
  );
  await removeSome(
    db,
    sql`${auditEvents} where ${auditEvents.at} < ${before(AUDIT_EVENTS_KEPT_SECONDS)}`,
    sql`${auditEvents}`,
  );
  await removeSome(db, sql`${rateLimits} where ${rateLimits.expire} < ${before(0)}`, sql`${rateLimits}`);
}

async function removeSome(db: Db, old: SQL, table: SQL): Promise<void> {
  await db.execute(
    sql`delete from ${table} where ctid = any(array(select ctid from ${old} limit ${HOUSEKEEPING_ROWS} for update skip locked))`,
  );
}

/** Remove old rows, a few with each sign-in, so that no cron job is needed. */
import { lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { auditEvents, rateLimits, sessions } from '../../db/schema.ts';
import { followUp } from '../../follow-up.ts';
import { processWide } from '../../process-wide.ts';
import {
  AUDIT_EVENTS_KEPT_SECONDS,
  ENDED_SESSIONS_KEPT_SECONDS,
  HOUSEKEEPING_PAUSE_SECONDS,
  HOUSEKEEPING_ROWS,
} from './session-limits.ts';

/** At most once per pause and process. Never throws: a later sign-in removes the rest. */
export async function tidyUp(db: Db, now: Date): Promise<void> {
  const state = processWide('housekeeping', () => ({ lastAt: Number.NEGATIVE_INFINITY }));
  if (Math.abs(now.getTime() - state.lastAt) < HOUSEKEEPING_PAUSE_SECONDS * 1_000) return;
  state.lastAt = now.getTime();
  await followUp(() => removeOldRows(db, now), 'housekeeping_failed');
}

/** Two processes that work together skip each other's rows. */
export async function removeOldRows(db: Db, now: Date): Promise<void> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  const remove = (table: PgTable, isOld: SQL | undefined) =>
    db.execute(
      sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${isOld} limit ${HOUSEKEEPING_ROWS} for update skip locked))`,
    );
  const ended = before(ENDED_SESSIONS_KEPT_SECONDS);
  await remove(sessions, or(lt(sessions.revokedAt, ended), lt(sessions.expiresAt, ended)));
  await remove(auditEvents, lt(auditEvents.at, before(AUDIT_EVENTS_KEPT_SECONDS)));
  await remove(rateLimits, lt(rateLimits.expire, now));
}

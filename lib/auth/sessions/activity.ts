/** A user's recent activity, newest first, as the user may see it. */
import { desc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { auditEvents } from '../../db/schema.ts';
import { deviceWords } from '../caller/device-words.ts';
import type { AuditEventName } from './audit.ts';

/** Events read for each line: a program that signs in all the time, or a guesser, must not hide the rest. */
const EVENTS_PER_LINE = 20;

/** The same event several times in a row is one activity. */
export interface Activity {
  id: number;
  event: AuditEventName;
  /** The latest time. */
  at: Date;
  device: string;
  times: number;
  /** There may be more of them than were read. */
  isAtLeast: boolean;
}

/** At most `limit` activities. */
export async function listActivity(db: Db, userId: number, limit: number): Promise<Activity[]> {
  const eventsMax = limit * EVENTS_PER_LINE;
  const rows = await db
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.userId, userId))
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(eventsMax);
  const activities: Activity[] = [];
  for (const { id, event, at, userAgent } of rows) {
    const device = deviceWords(userAgent);
    const last = activities.at(-1);
    if (last?.event === event && last.device === device) last.times += 1;
    // Only `recordEvent` writes this column.
    else activities.push({ id, event: event as AuditEventName, at, device, times: 1, isAtLeast: false });
  }
  const last = activities.at(-1);
  if (last) last.isAtLeast = rows.length === eventsMax;
  return activities.slice(0, limit);
}

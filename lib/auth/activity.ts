/** What happened to one user lately, newest first, as that user may see it. */
import { desc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { auditEvents } from '../db/schema.ts';
import type { AuditEventName } from './audit.ts';
import { deviceWords } from './device-words.ts';

export interface Activity {
  id: number;
  event: AuditEventName;
  at: Date;
  /** Browser and system in words, of whoever did it. */
  device: string;
}

export async function listActivity(db: Db, userId: number, limit: number): Promise<Activity[]> {
  const rows = await db
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.userId, userId))
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(limit);
  return rows.map(({ id, event, at, userAgent }) => ({
    id,
    // Only `recordEvent` writes this column.
    event: event as AuditEventName,
    at,
    device: deviceWords(userAgent),
  }));
}

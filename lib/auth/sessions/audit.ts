/** The audit trail: each event is a row for the user and the operator, and a log line. */
import type { Db } from '../../db/client.ts';
import { auditEvents } from '../../db/schema.ts';
import { followUp } from '../../follow-up.ts';
import { type LogEvent, logEvent } from '../../log.ts';
import type { Caller } from '../caller/caller.ts';
import { sessionLabel } from './session-label.ts';

/** Names of the OWASP logging vocabulary; `authn_key_mismatch` is ours. */
export type AuditEventName = Extract<
  LogEvent,
  | 'authn_key_mismatch'
  | 'authn_login_success'
  | 'authn_login_fail'
  | 'authn_password_change'
  | 'session_logout'
  | 'session_revoked'
>;

interface AuditEvent {
  event: AuditEventName;
  /** Null for an unknown name. */
  userId: number | null;
  sessionId?: string;
  caller: Caller;
}

/** Call it after the event, not within a transaction. Never throws; the log has the line in any case. */
export async function recordEvent(db: Db, { event, userId, sessionId, caller }: AuditEvent): Promise<void> {
  logEvent(event, { user_id: userId, address: caller.address, ...(sessionId && { sid: sessionLabel(sessionId) }) });
  await followUp(() => db.insert(auditEvents).values({ event, userId, sessionId: sessionId ?? null, ...caller }));
}

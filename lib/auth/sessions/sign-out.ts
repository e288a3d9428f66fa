/** Sign out: revoke the session on the server. Clearing the browser's cookies comes second. */
import type { Db } from '../../db/client.ts';
import type { Caller } from '../caller/caller.ts';
import { recordEvent } from './audit.ts';
import { revokeSession, type SessionOfUser } from './sessions.ts';

/** Does nothing for a session that is not live. */
export async function signOut(db: Db, { userId, sessionId }: SessionOfUser, caller: Caller): Promise<void> {
  const wasLive = await revokeSession(db, userId, sessionId, 'signed_out');
  if (wasLive) await recordEvent(db, { event: 'session_logout', userId, sessionId, caller });
}

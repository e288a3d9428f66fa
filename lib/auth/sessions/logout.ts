/** Signing out: ends the session on the server; that the browser forgets its cookies comes second. */
import type { Db } from '../../db/client.ts';
import type { Caller } from '../caller/caller.ts';
import { recordEvent } from './audit.ts';
import { revokeSession, type SessionOfUser } from './sessions.ts';

/** Also right for a session that has ended already. */
export async function logout(db: Db, { userId, sessionId }: SessionOfUser, caller: Caller): Promise<void> {
  const wasLive = await revokeSession(db, userId, sessionId, 'signed_out');
  if (wasLive) await recordEvent(db, { event: 'session_logout', userId, sessionId, caller });
}

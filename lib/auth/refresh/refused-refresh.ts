/** Why a refresh was refused. Called only when its one statement has matched no row. */
import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import { AppError, type RefusalReason } from '../../errors.ts';
import { logEvent } from '../../log.ts';
import { mayRefreshUnbound } from '../binding/binding-policy.ts';
import { PROOF_NONCE_STEP_SECONDS } from '../binding/proof-limits.ts';
import type { Caller } from '../caller/caller.ts';
import { counter } from '../passwords/rate-limit.ts';
import { recordEvent } from '../sessions/audit.ts';
import { sessionLabel } from '../sessions/session-label.ts';
import { findLiveSession, isOfToken, revokeSession, type Session, type SessionRow } from '../sessions/sessions.ts';
import {
  KEY_MISMATCH_WINDOW_SECONDS,
  KEY_MISMATCHES_MAX,
  REFRESH_WINDOW_SECONDS,
  REFRESHES_PER_SESSION,
} from './refresh-limits.ts';
import type { RefreshAttempt } from './refresh-session.ts';

const REFUSALS = { name: 'refresh refused', count: REFRESHES_PER_SESSION, windowSeconds: REFRESH_WINDOW_SECONDS };

/**
 * Return why the token is refused, or a session that its browser refreshes without pages (DBSC). Throws `use_dpop_nonce`,
 * `invalid_dpop_proof`, `invalid_grant` with the reason `other_key`, and `rate_limited`.
 */
export async function refusedRefresh(
  db: Db,
  { claims, via, proof, proofProblem }: RefreshAttempt,
  caller: Caller,
  now: Date,
): Promise<Session | RefusalReason> {
  const session = await findLiveSession(db, now, isOfToken(claims));
  if (!session) return 'no_live_session';
  if (session.dbscAt) return session;
  if (session.jkt === null && !mayRefreshUnbound(via)) return 'key_required';
  if (session.jkt === null) throw overLimit(session, now);
  const isOwner = proof?.jkt === session.jkt;
  if (isOwner && !session.proofSeen.includes(proof.id)) throw overLimit(session, now);
  // An owner with an old nonce is told the new one, however often others ask.
  if (proofProblem?.reason === 'stale_nonce') throw proofProblem;
  // Apart from the refreshes that succeed: a thief with the token and without the key must not hold up the owner.
  await counter(db, REFUSALS, session.id).count();
  if (!proof) throw proofProblem;
  if (!isOwner) throw await refuseOtherKey(db, session, caller, now);
  logEvent('authn_token_reuse', { user_id: claims.user_id, sid: sessionLabel(claims.sid) });
  throw new AppError('invalid_dpop_proof', {
    reason: 'proof_used',
    message: 'Key proof already used.',
    isLogged: true,
  });
}

export function otherKey({ isLogged = false } = {}): AppError {
  return new AppError('invalid_grant', { reason: 'other_key', isLogged });
}

/** Nothing was wrong but the number: of refreshes within their window, or of proofs that are kept. */
function overLimit({ refreshes, refreshesSince }: SessionRow, now: Date): AppError {
  const leftSeconds = REFRESH_WINDOW_SECONDS - (now.getTime() - refreshesSince.getTime()) / 1_000;
  const isByCount = refreshes >= REFRESHES_PER_SESSION;
  return new AppError('rate_limited', {
    message: 'Too many refreshes.',
    retryAfterSeconds: isByCount ? Math.max(1, Math.ceil(leftSeconds)) : PROOF_NONCE_STEP_SECONDS,
  });
}

/** Somebody has this session's refresh token and another key: tell the user, and revoke the session when it happens several times within minutes. */
async function refuseOtherKey(db: Db, session: Session, caller: Caller, now: Date): Promise<AppError> {
  const { userId, id: sessionId } = session;
  await recordEvent(db, { event: 'authn_key_mismatch', userId, sessionId, caller });
  if ((await countMismatch(db, sessionId, now)) >= KEY_MISMATCHES_MAX) {
    const wasLive = await revokeSession(db, userId, sessionId, 'key_mismatch');
    if (wasLive) await recordEvent(db, { event: 'session_revoked', userId, sessionId, caller });
  }
  return otherKey({ isLogged: true });
}

async function countMismatch(db: Db, sessionId: string, now: Date): Promise<number> {
  const { keyMismatches } = sessions;
  const since = new Date(now.getTime() - KEY_MISMATCH_WINDOW_SECONDS * 1_000).toISOString();
  const [row] = await db
    .update(sessions)
    .set({
      keyMismatches: sql`array_append(array(select at from unnest(${keyMismatches}) as at where at > ${since}::timestamptz and at <= ${now.toISOString()}::timestamptz), ${now.toISOString()}::timestamptz)`,
    })
    .where(eq(sessions.id, sessionId))
    .returning({ count: sql<number>`cardinality(${keyMismatches})` });
  return row?.count ?? 0;
}

/** Renewing a session that is bound to a key: each proof works once, and proofs of other keys are counted. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { sessions } from '../db/schema.ts';
import { env } from '../env.ts';
import { AppError } from '../errors.ts';
import { logEvent } from '../log.ts';
import { recordEvent } from './audit.ts';
import type { Caller } from './caller.ts';
import {
  KEY_MISMATCH_WINDOW_SECONDS,
  KEY_MISMATCHES_MAX,
  PROOF_MARK_STEPS,
  PROOF_MARKS_MIN,
  PROOF_NONCE_STEP_SECONDS,
} from './policy.ts';
import { stepAt } from './proof-nonce.ts';
import type { RefreshProof } from './refresh-proof.ts';
import type { RefreshTokenClaims } from './refresh-token.ts';
import { sessionLabel } from './session-label.ts';
import { findLiveSession, noteRenewal, revokeSession, type Session } from './sessions.ts';

/** RFC 9449 7.1. */
const OTHER_KEY_CHALLENGE = 'DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"';

/**
 * One statement, so that of a proof sent several times exactly one succeeds, on any number of instances. Throws `invalid_dpop_proof` for a
 * proof that was used before, `rate_limited` when there is no room to remember it, and returns null if the session has ended meanwhile.
 */
export async function renewBoundSession(
  db: Db,
  claims: RefreshTokenClaims,
  proof: RefreshProof,
  now: Date,
): Promise<Session | null> {
  const { proofSeen } = sessions;
  const kept = sql`array(select mark from unnest(${proofSeen}) as mark where split_part(mark, '.', 1)::bigint >= ${oldestStep(now)}::bigint)`;
  const renewed = await noteRenewal(db, claims, now, {
    set: { proofSeen: sql`array_append(${kept}, ${proof.mark}::text)` },
    where: and(
      eq(sessions.jkt, proof.jkt),
      isNull(sessions.dbscAt),
      sql`not ${proof.mark}::text = any(${proofSeen})`,
      sql`cardinality(${kept}) < ${proofMarksMax()}::int`,
    ),
  });
  return renewed ?? refuseProof(db, claims, proof, now);
}

/**
 * Somebody has this session's refresh token and another key. Noted for the user, and the end of the session when it happens several
 * times within minutes. Returns the refusal to throw.
 */
export async function refuseOtherKey(db: Db, session: Session, caller: Caller, now: Date): Promise<AppError> {
  const { userId, id: sessionId } = session;
  await recordEvent(db, { event: 'authn_key_mismatch', userId, sessionId, caller });
  if ((await countMismatch(db, sessionId, now)) >= KEY_MISMATCHES_MAX) {
    const wasLive = await revokeSession(db, userId, sessionId, 'key_mismatch');
    if (wasLive) await recordEvent(db, { event: 'session_revoked', userId, sessionId, caller });
  }
  return wrongKey();
}

export function wrongKey(): AppError {
  return new AppError('invalid_grant', { headers: { 'WWW-Authenticate': OTHER_KEY_CHALLENGE } });
}

async function refuseProof(
  db: Db,
  claims: RefreshTokenClaims,
  { mark }: RefreshProof,
  now: Date,
): Promise<Session | null> {
  if (!(await findLiveSession(db, claims, now))) return null;
  const [row] = await db.select({ proofSeen: sessions.proofSeen }).from(sessions).where(eq(sessions.id, claims.sid));
  if (row?.proofSeen.includes(mark)) {
    logEvent('authn_token_reuse', { user_id: claims.user_id, sid: sessionLabel(claims.sid) });
    throw new AppError('invalid_dpop_proof', { message: 'Key proof already used.' });
  }
  throw new AppError('rate_limited', { message: 'Too many refreshes.', retryAfterSeconds: PROOF_NONCE_STEP_SECONDS });
}

async function countMismatch(db: Db, sessionId: string, now: Date): Promise<number> {
  const { keyMismatches } = sessions;
  const since = new Date(now.getTime() - KEY_MISMATCH_WINDOW_SECONDS * 1_000).toISOString();
  const [row] = await db
    .update(sessions)
    .set({
      keyMismatches: sql`array_append(array(select at from unnest(${keyMismatches}) as at where at > ${since}::timestamptz), ${now.toISOString()}::timestamptz)`,
    })
    .where(eq(sessions.id, sessionId))
    .returning({ count: sql<number>`cardinality(${keyMismatches})` });
  return row?.count ?? 0;
}

function oldestStep(now: Date): number {
  return stepAt(now) - PROOF_MARK_STEPS;
}

/** Access tokens that live for seconds are renewed more often within the window: room for twice that. */
function proofMarksMax(): number {
  const windowSeconds = (PROOF_MARK_STEPS + 1) * PROOF_NONCE_STEP_SECONDS;
  return Math.max(PROOF_MARKS_MIN, Math.ceil((2 * windowSeconds) / env().accessTokenLifetimeSeconds));
}

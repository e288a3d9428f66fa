/** Renewing a session: one statement when nothing is wrong; only when it met no row does anyone ask why. */
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { logEvent } from '../../log.ts';
import { mayRenewUnbound, refreshTarget } from '../binding/binding-policy.ts';
import { checkProof, type RefreshProof } from '../binding/dpop-proof.ts';
import { PROOF_NONCE_STEP_SECONDS, PROOF_NONCE_STEPS_AHEAD } from '../binding/policy.ts';
import { stepAt } from '../binding/proof-nonce.ts';
import { type Caller, callerOf } from '../caller/caller.ts';
import { counter } from '../passwords/rate-limit.ts';
import { recordEvent } from '../sessions/audit.ts';
import { sessionLabel } from '../sessions/session-label.ts';
import {
  findSessionByToken,
  type RefreshingSession,
  revokeSession,
  type Session,
  updateSession,
} from '../sessions/sessions.ts';
import type { RefreshTokenClaims } from '../tokens/refresh-token.ts';
import {
  KEY_MISMATCH_WINDOW_SECONDS,
  KEY_MISMATCHES_MAX,
  PROOF_SEEN_STEPS,
  PROOFS_SEEN_MIN,
  REFRESH_WINDOW_SECONDS,
  REFRESHES_PER_SESSION,
} from './policy.ts';

/** RFC 9449 7.1. */
const OTHER_KEY_CHALLENGE = 'DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"';

const { refreshes, refreshesSince, proofSeen, keyMismatches } = sessions;
const REFUSALS = { name: 'refresh refused', count: REFRESHES_PER_SESSION, windowSeconds: REFRESH_WINDOW_SECONDS };

/**
 * The row decides, and not how the token came: a session that is bound to a key needs its proof as a cookie and as `Authorization` alike.
 * Of a proof sent several times exactly one succeeds, on any number of instances, since one statement both asks and remembers.
 *
 * Null when the token's session is over, or must not be renewed without a key. A session that the browser renews by itself is returned
 * as it is. Throws `use_dpop_nonce`, `invalid_dpop_proof`, `invalid_grant` for a proof of another key, and `rate_limited`.
 */
export async function renewSession(
  db: Db,
  claims: RefreshTokenClaims,
  headers: Headers,
  now: Date,
): Promise<Session | null> {
  const { proof, refusal } = await proofOrRefusal(headers, now);
  const unbound = mayRenewUnbound(headers) ? isNull(sessions.jkt) : undefined;
  const renewed = await updateSession(db, claims, now, {
    set: { lastRefreshedAt: now, ...countedRefresh(now), ...(proof && { proofSeen: withMark(proof, now) }) },
    where: and(
      isNull(sessions.dbscAt),
      hasRefreshLeft(now),
      or(unbound, proof && isNewProof(proof, now)) ?? sql`false`,
    ),
  });
  if (renewed) return renewed;

  const session = await findSessionByToken(db, claims, now);
  if (!session || session.dbscAt) return session;
  if (session.jkt === null) return mayRenewUnbound(headers) ? overLimit(session, now) : null;
  if (proof?.jkt === session.jkt && !session.proofSeen.includes(proof.mark)) return overLimit(session, now);
  // An owner whose nonce is old is told the new one, however often others ask.
  if (refusal?.code === 'use_dpop_nonce' && headers.has('dpop')) throw refusal;
  await countRefusal(db, session.id);
  if (!proof) throw refusal;
  if (proof.jkt !== session.jkt) throw await refuseOtherKey(db, session, callerOf(headers), now);
  logEvent('authn_token_reuse', { user_id: claims.user_id, sid: sessionLabel(claims.sid) });
  throw new AppError('invalid_dpop_proof', { message: 'Key proof already used.', isLogged: true });
}

export function wrongKey({ isLogged = false } = {}): AppError {
  return new AppError('invalid_grant', { headers: { 'WWW-Authenticate': OTHER_KEY_CHALLENGE }, isLogged });
}

type Shown = { proof: RefreshProof; refusal?: never } | { proof?: never; refusal: AppError };

/** A wrong proof is no matter yet: the session may be one without a key. */
async function proofOrRefusal(headers: Headers, now: Date): Promise<Shown> {
  try {
    return { proof: await checkProof(headers, refreshTarget(), now) };
  } catch (error) {
    if (error instanceof AppError) return { refusal: error };
    throw error;
  }
}

function isNewProof({ jkt, mark }: RefreshProof, now: Date): SQL | undefined {
  return and(
    eq(sessions.jkt, jkt),
    sql`not ${mark}::text = any(${proofSeen})`,
    sql`(${countOfMarks(now)}) < ${proofMarksMax()}::int`,
  );
}

/** Of a session without a key no proof is remembered. */
function withMark({ mark }: RefreshProof, now: Date): SQL {
  return sql`case when ${sessions.jkt} is null then ${proofSeen} else array_append(${recentMarks(now)}, ${mark}::text) end`;
}

function recentMarks(now: Date): SQL {
  const oldest = stepAt(now) - PROOF_SEEN_STEPS;
  return sql`array(select mark from unnest(${proofSeen}) as mark where split_part(mark, '.', 1)::bigint >= ${oldest}::bigint)`;
}

/** Without marks from before the clock was set back: they stay, so that their proofs never work again, and take nobody's room. */
function countOfMarks(now: Date): SQL {
  const newest = stepAt(now) + PROOF_NONCE_STEPS_AHEAD;
  return sql`select count(*) from unnest(${recentMarks(now)}) as mark where split_part(mark, '.', 1)::bigint <= ${newest}::bigint`;
}

/** Access tokens that live for seconds are renewed more often within the window: room for twice that. */
function proofMarksMax(): number {
  const windowSeconds = (PROOF_SEEN_STEPS + 1) * PROOF_NONCE_STEP_SECONDS;
  return Math.max(PROOFS_SEEN_MIN, Math.ceil((2 * windowSeconds) / env().accessTokenLifetimeSeconds));
}

function hasRefreshLeft(now: Date): SQL | undefined {
  return or(isWindowOver(now), sql`${refreshes} < ${REFRESHES_PER_SESSION}`);
}

function countedRefresh(now: Date) {
  const isOver = isWindowOver(now);
  return {
    refreshes: sql`case when ${isOver} then 1 else ${refreshes} + 1 end`,
    refreshesSince: sql`case when ${isOver} then ${now.toISOString()}::timestamptz else ${refreshesSince} end`,
  };
}

/** Also where it has not begun yet: the clock was set back since. */
function isWindowOver(now: Date): SQL {
  const start = new Date(now.getTime() - REFRESH_WINDOW_SECONDS * 1_000).toISOString();
  return sql`(${refreshesSince} <= ${start}::timestamptz or ${refreshesSince} > ${now.toISOString()}::timestamptz)`;
}

/** Nothing was wrong but the number: of refreshes within their window, or of proofs that are remembered. */
function overLimit({ refreshes, refreshesSince }: RefreshingSession, now: Date): never {
  const leftSeconds = REFRESH_WINDOW_SECONDS - (now.getTime() - refreshesSince.getTime()) / 1_000;
  const isByCount = refreshes >= REFRESHES_PER_SESSION;
  throw tooManyRefreshes(isByCount ? Math.max(1, Math.ceil(leftSeconds)) : PROOF_NONCE_STEP_SECONDS);
}

/** Apart from the refreshes that succeed: who has the token and not the key must not hold up who has both. Throws `rate_limited`. */
async function countRefusal(db: Db, sessionId: string): Promise<void> {
  await counter(db, REFUSALS, sessionId).count();
}

function tooManyRefreshes(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', { message: 'Too many refreshes.', retryAfterSeconds });
}

/**
 * Somebody has this session's refresh token and another key. Noted for the user, and the end of the session when it happens several
 * times within minutes. Returns the refusal to throw.
 */
async function refuseOtherKey(db: Db, session: Session, caller: Caller, now: Date): Promise<AppError> {
  const { userId, id: sessionId } = session;
  await recordEvent(db, { event: 'authn_key_mismatch', userId, sessionId, caller });
  if ((await countMismatch(db, sessionId, now)) >= KEY_MISMATCHES_MAX) {
    const wasLive = await revokeSession(db, userId, sessionId, 'key_mismatch');
    if (wasLive) await recordEvent(db, { event: 'session_revoked', userId, sessionId, caller });
  }
  return wrongKey({ isLogged: true });
}

async function countMismatch(db: Db, sessionId: string, now: Date): Promise<number> {
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

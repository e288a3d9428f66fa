/** The one statement of a refresh. */
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import { env } from '../../env.ts';
import { type CheckedProof, mayRefreshUnbound } from '../binding/binding-policy.ts';
import type { DpopProof } from '../binding/dpop-proof.ts';
import { PROOF_NONCE_STEP_SECONDS, PROOF_NONCE_STEPS_AHEAD } from '../binding/proof-limits.ts';
import { stepAt } from '../binding/proof-nonce.ts';
import type { Credential } from '../request/sender.ts';
import { isOfToken, type Session, updateSession } from '../sessions/sessions.ts';
import type { RefreshTokenClaims } from '../tokens/refresh-token.ts';
import { PROOF_SEEN_STEPS, PROOFS_SEEN_MIN, REFRESH_WINDOW_SECONDS, REFRESHES_PER_SESSION } from './refresh-limits.ts';

const { refreshes, refreshesSince, proofSeen } = sessions;

/** One verified refresh token and what came with it. */
export type RefreshAttempt = { claims: RefreshTokenClaims; via: Credential['via'] } & CheckedProof;

/**
 * Refresh the session of the token, or return null; `refusedRefresh` says why. The row decides, however the token came: a session that is
 * bound to a key needs its proof. Of a proof sent several times exactly one succeeds, on any number of instances, since one statement both
 * asks and remembers.
 */
export function refreshSession(db: Db, { claims, via, proof }: RefreshAttempt, now: Date): Promise<Session | null> {
  const unbound = mayRefreshUnbound(via) ? isNull(sessions.jkt) : undefined;
  const which = and(
    isOfToken(claims),
    isNull(sessions.dbscAt),
    hasRefreshLeft(now),
    or(unbound, proof && isNewProof(proof, now)) ?? sql`false`,
  );
  const seen = proof && { proofSeen: withSeen(proof, now) };
  return updateSession(db, now, which, { lastRefreshedAt: now, ...countedRefresh(now), ...seen });
}

function isNewProof({ jkt, id }: DpopProof, now: Date): SQL | undefined {
  return and(
    eq(sessions.jkt, jkt),
    sql`not ${id}::text = any(${proofSeen})`,
    sql`(${countOfRecent(now)}) < ${proofsSeenMax()}::int`,
  );
}

/** A session without a key keeps no proofs. */
function withSeen({ id }: DpopProof, now: Date): SQL {
  return sql`case when ${sessions.jkt} is null then ${proofSeen} else array_append(${recentlySeen(now)}, ${id}::text) end`;
}

function recentlySeen(now: Date): SQL {
  const oldest = stepAt(now) - PROOF_SEEN_STEPS;
  return sql`array(select seen from unnest(${proofSeen}) as seen where split_part(seen, '.', 1)::bigint >= ${oldest}::bigint)`;
}

/** Proofs from before the clock was set back stay, so that they never work again, but do not count. */
function countOfRecent(now: Date): SQL {
  const newest = stepAt(now) + PROOF_NONCE_STEPS_AHEAD;
  return sql`select count(*) from unnest(${recentlySeen(now)}) as seen where split_part(seen, '.', 1)::bigint <= ${newest}::bigint`;
}

/** Access tokens that live for seconds are refreshed more often within the window: room for twice that. */
function proofsSeenMax(): number {
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

/** Also true for a window that begins in the future: the clock was set back since. */
function isWindowOver(now: Date): SQL {
  const start = new Date(now.getTime() - REFRESH_WINDOW_SECONDS * 1_000).toISOString();
  return sql`(${refreshesSince} <= ${start}::timestamptz or ${refreshesSince} > ${now.toISOString()}::timestamptz)`;
}

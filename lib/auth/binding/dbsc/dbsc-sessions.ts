/** Sessions that the browser itself binds and refreshes (Device Bound Session Credentials), with the same row and end as every other. */
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { REFRESH_PATH } from '../../../contract/paths.ts';
import type { Db } from '../../../db/client.ts';
import { sessions } from '../../../db/schema.ts';
import { env } from '../../../env.ts';
import { AppError } from '../../../errors.ts';
import { logEvent } from '../../../log.ts';
import { sessionLabel } from '../../sessions/session-label.ts';
import { findLiveSession, isOfToken, type Session, updateSession } from '../../sessions/sessions.ts';
import { randomId } from '../../tokens/random-id.ts';
import type { RefreshTokenClaims } from '../../tokens/refresh-token.ts';
import { DBSC_CHALLENGE_SPARE_SECONDS } from '../proof-limits.ts';
import { isRegistrationChallenge, registrationChallenge } from '../proof-nonce.ts';
import { type DbscHeaders, verifyDbscProof } from './dbsc-proof.ts';

const DBSC_START_PATH = '/api/refresh_token/dbsc/start';
export const DBSC_REFRESH_PATH = `${REFRESH_PATH}/dbsc`;

export interface DbscAnswer {
  dbscId: string;
  /** Sent ahead, so that the next refresh is a single request. */
  challenge: string;
  /** Null: the browser is only asked to sign. */
  session: Session | null;
}

/** Offered at a sign-in over https; other browsers ignore it. */
export function registrationOffer(session: Session, now: Date): Record<string, string> {
  if (!env().appOrigin.startsWith('https:')) return {};
  const challenge = registrationChallenge(session.id, now);
  return { 'Secure-Session-Registration': `(ES256);path="${DBSC_START_PATH}";challenge="${challenge}"` };
}

/** Bind the session of the refresh token, once. Throws `invalid_dpop_proof` for a wrong proof, `invalid_grant` for a session that cannot be bound. */
export async function registerBrowserKey(
  db: Db,
  claims: RefreshTokenClaims,
  { response }: DbscHeaders,
  now: Date,
): Promise<DbscAnswer> {
  const proof = await verifyDbscProof(response, env().appOrigin + DBSC_START_PATH);
  if (!proof || !isRegistrationChallenge(proof.challenge, claims.sid, now)) throw new AppError('invalid_dpop_proof');
  const [dbscId, challenge] = [randomId(), newChallenge(now)];
  const set = { lastRefreshedAt: now, dbscId, dbscKey: proof.key, dbscChallenges: [challenge] };
  const session = await updateSession(db, now, and(isOfToken(claims), isNull(sessions.dbscId)), set);
  if (!session) throw new AppError('invalid_grant');
  return { dbscId, challenge, session };
}

/**
 * Refresh for a browser that has signed one of its challenges, each of which works once. Without that, or with an old challenge, ask for
 * another signature: refreshes may overlap, so it is no sign of theft. Throws `invalid_token` when the session is over.
 */
export async function refreshForBrowser(db: Db, { dbscId, response }: DbscHeaders, now: Date): Promise<DbscAnswer> {
  const isNamed = eq(sessions.dbscId, dbscId);
  const found = await findLiveSession(db, now, isNamed);
  if (!found?.dbscKey) throw new AppError('invalid_token', { reason: 'no_live_session' });
  const proof = await verifyDbscProof(response, env().appOrigin + DBSC_REFRESH_PATH, found.dbscKey);
  const challenge = newChallenge(now);
  const { dbscChallenges } = sessions;
  if (proof && isRecent(proof.challenge, now)) {
    const left = sql`array_remove(${dbscChallenges}, ${proof.challenge}::text)`;
    const isOpen = sql`${proof.challenge}::text = any(${dbscChallenges})`;
    const session = await updateSession(db, now, and(isNamed, isOpen), {
      lastRefreshedAt: now,
      dbscAt: sql`coalesce(${sessions.dbscAt}, ${now.toISOString()}::timestamptz)`,
      dbscChallenges: withChallenge(left, challenge),
    });
    if (session) {
      logEvent('session_renewed', { user_id: session.userId, sid: sessionLabel(session.id) });
      return { dbscId, challenge, session };
    }
  }
  await updateSession(db, now, isNamed, { dbscChallenges: withChallenge(sql`${dbscChallenges}`, challenge) });
  return { dbscId, challenge, session: null };
}

/** The last one and the new one: two refreshes may overlap. */
function withChallenge(challenges: SQL, challenge: string): SQL {
  return sql`array_remove(array[(${challenges})[cardinality(${challenges})], ${challenge}::text], null)`;
}

/** `<when, in seconds>.<128 random bits>`. */
function newChallenge(now: Date): string {
  return `${Math.floor(now.getTime() / 1_000).toString(36)}.${randomId()}`;
}

function isRecent(challenge: string, now: Date): boolean {
  const ageSeconds = now.getTime() / 1_000 - Number.parseInt(challenge, 36);
  return ageSeconds <= env().boundAccessTokenLifetimeSeconds + DBSC_CHALLENGE_SPARE_SECONDS;
}

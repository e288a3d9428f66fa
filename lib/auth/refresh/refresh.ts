/** Renewing: a live refresh token in, with a proof where the session is bound to a key; a new access token out, and nothing else changes. */
import { type Db, database } from '../../db/client.ts';
import { AppError } from '../../errors.ts';
import { logEvent } from '../../log.ts';
import { counted } from '../../metrics.ts';
import { authorizationToken, findPrincipal } from '../request/authenticate.ts';
import { believedRefreshClaims, claimsOfOneSession } from '../request/believed-claims.ts';
import { hintedUser, readCookies } from '../request/cookies.ts';
import { isRevoked } from '../sessions/deny-set.ts';
import { type IssuedTokens, issueTokens } from '../sessions/issue-tokens.ts';
import { sessionLabel } from '../sessions/session-label.ts';
import { type Session, wasJustRenamed } from '../sessions/sessions.ts';
import { verifyAccessToken } from '../tokens/access-token.ts';
import {
  isForeignSeal,
  type RefreshTokenClaims,
  verifyRefreshToken,
  verifySealedRefreshToken,
} from '../tokens/refresh-token.ts';
import { isForeignToken } from '../tokens/token.ts';
import { renewSession, wrongKey } from './refresh-session.ts';

export interface Renewed {
  session: Session;
  tokens: IssuedTokens;
  /** False where the browser renews by itself: then it is the token that it has sent along. */
  isNew: boolean;
}

/**
 * Throws `invalid_grant` for everything that is not a live refresh token (RFC 6749 5.2), and for a proof of another key than the
 * session's. `use_dpop_nonce`, `invalid_dpop_proof` and `rate_limited` end nothing. Two at once are both right.
 */
export function refresh(db: Db, headers: Headers, now: Date): Promise<Renewed> {
  return counted('refresh', () => renewPresented(db, headers, now));
}

async function renewPresented(db: Db, headers: Headers, now: Date): Promise<Renewed> {
  const presented = await presentedClaims(headers, now);
  const session = await renewFirst(db, presented, headers, now);
  if (!session) {
    if (await mayHoldNewCookies(db, presented, headers, now))
      throw new AppError('unavailable', { retryAfterSeconds: 1 });
    logEvent('session_renewal_refused', { user_id: presented[0]?.user_id ?? null });
    throw new AppError('invalid_grant', { isLogged: true });
  }
  logEvent('session_renewed', { user_id: session.userId, sid: sessionLabel(session.id) });
  const tokens = session.dbscAt
    ? await tokensInHand(session, headers, now)
    : await issueTokens(session, now, { needRefreshToken: false });
  return { session, tokens, isNew: session.dbscAt === null };
}

/**
 * A refresh that was on its way while the password was changed: the browser has been given new cookies, which the answer that clears the
 * old ones would take away again. The next try comes with the new ones; a copy of the old ones is told the end a few seconds later.
 */
async function mayHoldNewCookies(db: Db, presented: readonly RefreshTokenClaims[], headers: Headers, now: Date) {
  if (authorizationToken(headers) !== null) return false;
  for (const claims of presented) if (await wasJustRenamed(db, claims, now)) return true;
  return false;
}

/**
 * The strongest key wins: once the browser renews by itself, no other proof does, since a copied profile holds the page's key too.
 * A request of such a browser comes with a live token, for which it was held back if need be; or with the word that this was not
 * possible, which a thief can send too and which therefore ends nothing and renews nothing.
 */
async function tokensInHand(session: Session, headers: Headers, now: Date): Promise<IssuedTokens> {
  const principal = await findPrincipal(headers, now);
  if (principal?.sessionId !== session.id) {
    throw headers.has('secure-session-skipped') ? new AppError('unavailable') : wrongKey();
  }
  return {
    // The browser has it already.
    accessToken: '',
    accessTokenLifetimeSeconds: secondsUntil(principal.expiresAt, now),
    refreshToken: null,
    refreshTokenLifetimeSeconds: secondsUntil(session.expiresAt, now),
  };
}

function secondsUntil(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / 1_000);
}

/** The first of the presented tokens that is good for a refresh; otherwise the first refusal that says more than that it is over. */
async function renewFirst(
  db: Db,
  presented: readonly RefreshTokenClaims[],
  headers: Headers,
  now: Date,
): Promise<Session | null> {
  let refusal: unknown = null;
  for (const claims of presented) {
    try {
      const session = await renewSession(db, claims, headers, now);
      if (session) return session;
    } catch (error) {
      refusal ??= error;
    }
  }
  if (refusal !== null) throw refusal;
  return null;
}

/** What the refresh tokens say that came along: of `Authorization`, which wins, or of the cookies, which are sealed and nowhere else. */
export async function presentedClaims(headers: Headers, now: Date): Promise<RefreshTokenClaims[]> {
  const token = authorizationToken(headers);
  if (token !== null) return [await verifyRefreshToken(token, now)].filter((claims) => claims !== null);
  const seals = readCookies(headers, 'refresh_token');
  const opened = (await Promise.all(seals.map((seal) => verifySealedRefreshToken(seal, now)))).filter(
    (claims) => claims !== null,
  );
  const believed = believedRefreshClaims(opened, headers);
  const isOfNobodyHinted = opened.length > 0 && believed.length === 0;
  return isOfNobodyHinted && (await isHintLate(headers, now)) ? claimsOfOneSession(opened) : believed;
}

/**
 * An answer for a session that has ended since may come after another user's sign-in, and puts its access token and its hint over theirs. So
 * a hint says nothing where every access token of its user beside it is revoked.
 */
async function isHintLate(headers: Headers, now: Date): Promise<boolean> {
  const user = hintedUser(headers);
  const claims = await Promise.all(readCookies(headers, 'access_token').map((token) => verifyAccessToken(token, now)));
  const ofUser = claims.flatMap((one) => (one?.user_id === user ? [one.sid] : []));
  const revoked = await Promise.all(ofUser.map((sid) => isRevoked(database(), sid)));
  return revoked.length > 0 && !revoked.includes(false);
}

/** Whether the refresh token itself says that its session needs a proof. Costs no query; older tokens do not say it, and the row decides. */
export async function isKeyBound(headers: Headers, now: Date): Promise<boolean> {
  const presented = await presentedClaims(headers, now);
  return presented.length > 0 && presented.every(({ cnf }) => cnf !== undefined);
}

/** Whether a token of another instance on this host came along. Its cookies are not ours to clear. */
export function bringsForeignTokens(headers: Headers): boolean {
  return (
    readCookies(headers, 'refresh_token').some(isForeignSeal) ||
    readCookies(headers, 'access_token').some(isForeignToken)
  );
}

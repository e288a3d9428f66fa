/** Refresh: a live refresh token in, with a proof where the session is bound to a key; a new access token out. Nothing else changes. */
import type { Db } from '../../db/client.ts';
import { AppError, type RefusalReason } from '../../errors.ts';
import { logEvent } from '../../log.ts';
import { counted } from '../../metrics.ts';
import { secondsLeft } from '../../seconds.ts';
import { checkRefreshProof } from '../binding/binding-policy.ts';
import { findPrincipal } from '../request/authenticate.ts';
import type { PresentedRefresh } from '../request/refresh-claims.ts';
import type { Sender } from '../request/sender.ts';
import { type IssuedTokens, issueTokens } from '../sessions/issue-tokens.ts';
import { sessionLabel } from '../sessions/session-label.ts';
import { type Session, wasJustReplaced } from '../sessions/sessions.ts';
import { refreshSession } from './refresh-session.ts';
import { otherKey, refusedRefresh } from './refused-refresh.ts';

export interface Refreshed {
  session: Session;
  tokens: IssuedTokens;
  /** False if the browser itself refreshes the session (DBSC): the tokens are those that it has sent. */
  isNew: boolean;
}

/**
 * Throws `invalid_grant` for everything that is not a live refresh token (RFC 6749 5.2), and with the reason `other_key` for a proof of
 * another key than the session's. `use_dpop_nonce`, `invalid_dpop_proof` and `rate_limited` revoke nothing. Two refreshes at the same time both succeed.
 */
export function refresh(db: Db, presented: PresentedRefresh, sender: Sender, now: Date): Promise<Refreshed> {
  const refreshed = refreshPresented(db, presented, sender, now);
  return counted('refresh', refreshed);
}

async function refreshPresented(db: Db, presented: PresentedRefresh, sender: Sender, now: Date): Promise<Refreshed> {
  const session = await refreshFirst(db, presented, sender, now);
  if (typeof session === 'string') throw await refusal(db, presented, session, now);
  logEvent('session_renewed', { user_id: session.userId, sid: sessionLabel(session.id) });
  return session.dbscAt
    ? { session, tokens: await heldTokens(session, sender, now), isNew: false }
    : { session, tokens: await issueTokens(session, now, { needRefreshToken: false }), isNew: true };
}

/**
 * The tokens of a browser that refreshes its sessions without pages (Device Bound Session Credentials). The strongest key wins: after the
 * browser's first refresh no other proof counts, since a copied profile has the page's key too. Such a browser delays a request until it
 * has a valid access token, or says that it could not refresh. A thief can say that as well, so it revokes and refreshes nothing.
 */
async function heldTokens(session: Session, sender: Sender, now: Date): Promise<IssuedTokens> {
  const principal = await findPrincipal(sender.credential, now);
  if (principal?.sessionId !== session.id) throw sender.skipsBrowserRefresh ? new AppError('unavailable') : otherKey();
  return {
    // The browser has it already.
    accessToken: '',
    accessTokenLifetimeSeconds: secondsLeft(principal.expiresAt, now),
    refreshToken: null,
    refreshTokenLifetimeSeconds: secondsLeft(session.expiresAt, now),
  };
}

/** Refresh by the first token that is good for it. Throws the first refusal that says more than that the session is over. */
async function refreshFirst(
  db: Db,
  { via, claims, problem = 'missing' }: PresentedRefresh,
  { proof, caller }: Sender,
  now: Date,
): Promise<Session | RefusalReason> {
  if (claims.length === 0) return problem;
  const checked = await checkRefreshProof(proof, now);
  let reason: RefusalReason = 'no_live_session';
  let refused: unknown = null;
  for (const one of claims) {
    const attempt = { claims: one, via, ...checked };
    try {
      const outcome = (await refreshSession(db, attempt, now)) ?? (await refusedRefresh(db, attempt, caller, now));
      if (typeof outcome !== 'string') return outcome;
      reason = outcome;
    } catch (error) {
      refused ??= error;
    }
  }
  if (refused !== null) throw refused;
  return reason;
}

/**
 * A refresh may be under way while the password is changed. Its browser has new cookies by then, which an answer that clears the old ones
 * would take away. So it is told to try again: the next try has the new cookies, and a copy of the old ones is refused seconds later.
 */
async function refusal(db: Db, presented: PresentedRefresh, reason: RefusalReason, now: Date): Promise<AppError> {
  const { via, claims } = presented;
  for (const one of via === 'cookie' ? claims : [])
    if (await wasJustReplaced(db, one, now)) return new AppError('unavailable', { retryAfterSeconds: 1 });
  logEvent('session_renewal_refused', { user_id: claims[0]?.user_id ?? null, reason });
  return new AppError('invalid_grant', { reason, isLogged: true });
}

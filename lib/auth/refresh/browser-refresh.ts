/** A page requests a refresh in a browser that refreshes its sessions without pages (Device Bound Session Credentials). */
import { AppError } from '../../errors.ts';
import { secondsLeft } from '../../seconds.ts';
import { findPrincipal } from '../request/authenticate.ts';
import type { Sender } from '../request/sender.ts';
import type { IssuedTokens } from '../sessions/issue-tokens.ts';
import type { Session } from '../sessions/sessions.ts';
import { otherKey } from './refused-refresh.ts';

/**
 * The strongest key wins: after the browser's first refresh no other proof counts, since a copied profile has the page's key too. Such
 * a browser delays a request until it has a valid access token, or says that it could not refresh. A thief can say that as well, so it
 * revokes nothing and refreshes nothing.
 */
export async function tokensInHand(session: Session, sender: Sender, now: Date): Promise<IssuedTokens> {
  const principal = await findPrincipal(sender.credential, now);
  if (principal?.sessionId !== session.id) {
    throw sender.skipsBrowserRefresh ? new AppError('unavailable') : otherKey();
  }
  return {
    // The browser has it already.
    accessToken: '',
    accessTokenLifetimeSeconds: secondsLeft(principal.expiresAt, now),
    refreshToken: null,
    refreshTokenLifetimeSeconds: secondsLeft(session.expiresAt, now),
  };
}

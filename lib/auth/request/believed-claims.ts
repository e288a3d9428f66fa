/** Which of several cookies of one name is believed: another path, a sibling domain or another port may have planted some of them. */

import type { TokenClaims } from '../tokens/token.ts';
import { hintedUser, isSecure } from './cookies.ts';

type Owned = Pick<TokenClaims, 'sid' | 'user_id'>;

/**
 * What good tokens out of cookies say, without those that may be another person's: the user is the session hint's, and without a hint
 * tokens of two sessions cancel each other out. Several of one user are left in their order.
 */
export function believedClaims<Claims extends Owned>(claims: readonly Claims[], headers: Headers): Claims[] {
  const user = hintedUser(headers);
  if (user !== null) return claims.filter(({ user_id }) => user_id === user);
  return claimsOfOneSession(claims);
}

export function claimsOfOneSession<Claims extends Owned>(claims: readonly Claims[]): Claims[] {
  return new Set(claims.map(({ sid }) => sid)).size > 1 ? [] : claims.slice(0, 1);
}

/**
 * The same for the refresh token, the one cookie that a sibling domain can plant on https. There a browser always has a hint of ours beside
 * its own, since nobody else can set that one, and a refresh token without it signs nobody in.
 */
export function believedRefreshClaims<Claims extends Owned>(
  claims: readonly Claims[],
  headers: Headers,
  { https = isSecure() } = {},
): Claims[] {
  const isBrowser = headers.has('sec-fetch-site');
  return https && isBrowser && hintedUser(headers) === null ? [] : believedClaims(claims, headers);
}

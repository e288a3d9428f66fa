/** Which of several cookies of one name is believed: another path, a sibling domain or another port may have planted some of them. */
import { database } from '../../db/client.ts';
import { isRevoked } from '../sessions/deny-set.ts';
import { verifyAccessToken } from '../tokens/access-token.ts';
import type { TokenClaims } from '../tokens/token.ts';
import { isSecure } from './cookies.ts';
import type { Credential } from './sender.ts';

type Owned = Pick<TokenClaims, 'sid' | 'user_id'>;
type CookieCredential = Extract<Credential, { via: 'cookie' }>;

/**
 * Claims of the hinted user, in their order. Without a hint, tokens of two sessions cancel each other out: one of them may be another
 * person's.
 */
export function believedClaims<Claims extends Owned>(claims: readonly Claims[], hintedUser: number | null): Claims[] {
  if (hintedUser !== null) return claims.filter(({ user_id }) => user_id === hintedUser);
  return new Set(claims.map(({ sid }) => sid)).size > 1 ? [] : claims.slice(0, 1);
}

/**
 * The same for the refresh token, the one cookie that a sibling domain can plant on https. A browser there always has our hint beside its
 * own cookie, since nobody else can set that one: without a hint none is believed.
 */
export async function believedRefreshClaims<Claims extends Owned>(
  claims: readonly Claims[],
  credential: CookieCredential,
  now: Date,
  { https = isSecure() } = {},
): Promise<Claims[]> {
  const { hintedUser, isBrowser } = credential;
  const believed = https && isBrowser && hintedUser === null ? [] : believedClaims(claims, hintedUser);
  if (believed.length > 0 || claims.length === 0 || !(await isHintLate(credential, now))) return believed;
  return believedClaims(claims, null);
}

/**
 * A late answer of a session that was revoked may overwrite the access token and the hint of the user who has signed in since. So a hint
 * counts for nothing where every access token of its user beside it is revoked.
 */
async function isHintLate({ accessTokens, hintedUser }: CookieCredential, now: Date): Promise<boolean> {
  const verified = await Promise.all(accessTokens.map((token) => verifyAccessToken(token, now)));
  const ofUser = verified.flatMap(({ claims }) => (claims?.user_id === hintedUser ? [claims.sid] : []));
  const revoked = await Promise.all(ofUser.map((sid) => isRevoked(database(), sid)));
  return revoked.length > 0 && !revoked.includes(false);
}

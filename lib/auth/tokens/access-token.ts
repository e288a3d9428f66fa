/** The access token: travels with every business request, and is verified without the database. */
import { env } from '../../env.ts';
import { processWide } from '../../process-wide.ts';
import { remember } from './bounded-cache.ts';
import { CACHED_TOKENS_MAX, CLOCK_SKEW_SECONDS } from './policy.ts';
import { signToken, type TokenClaims, type TokenKind, type TokenSubject, verifyToken } from './token.ts';

export type AccessTokenClaims = TokenClaims<false>;

const ACCESS_TOKEN: TokenKind<false> = {
  typ: 'access+jwt',
  audiencePath: '/api',
  refresh: false,
  key: (set) => set.accessToken,
};

/** What has been verified already, by the token's own text: the signature is checked once, not once a request. */
const remembered = () => processWide('verified-access-tokens', () => new Map<string, AccessTokenClaims>());

export function signAccessToken(subject: TokenSubject, now: Date): Promise<string> {
  return signToken(ACCESS_TOKEN, subject, now);
}

/** The claims, or null. Does *not* ask whether the session was revoked: `authenticate` does. */
export async function verifyAccessToken(token: string, now: Date): Promise<AccessTokenClaims | null> {
  const known = remembered().get(token);
  if (known) return isWithinItsTime(known, now) ? known : forget(token);
  const claims = await verifyToken(ACCESS_TOKEN, token, now);
  if (!claims || !isWithinItsTime(claims, now)) return null;
  remember(remembered(), token, claims, CACHED_TOKENS_MAX);
  return claims;
}

/**
 * The revocations we keep reach back one access lifetime: a token that claims a longer life, or one from before the clock was set back,
 * could outlive its revocation. Its session goes on with a refresh.
 */
function isWithinItsTime({ iat, exp }: AccessTokenClaims, now: Date): boolean {
  const nowSeconds = now.getTime() / 1_000;
  return exp > nowSeconds && iat <= nowSeconds + CLOCK_SKEW_SECONDS && exp - iat <= maxLifetimeSeconds();
}

function maxLifetimeSeconds(): number {
  return Math.max(env().accessTokenLifetimeSeconds, env().boundAccessTokenLifetimeSeconds);
}

function forget(token: string): null {
  remembered().delete(token);
  return null;
}

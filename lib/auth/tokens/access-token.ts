/** The access token: comes with every business request and is verified without the database. */
import { env } from '../../env.ts';
import { processWide } from '../../process-wide.ts';
import { BoundedCache } from './bounded-cache.ts';
import { signToken, type TokenClaims, type TokenKind, type TokenSubject, type Verified, verifyToken } from './token.ts';
import { CACHED_TOKENS_MAX, CLOCK_SKEW_SECONDS } from './token-limits.ts';

type AccessTokenClaims = TokenClaims<false>;

const ACCESS_TOKEN: TokenKind<false> = {
  typ: 'access+jwt',
  audiencePath: '/api',
  refresh: false,
  key: (set) => set.accessToken,
};

/** Tokens that verified, by their own text: a signature is checked once, and not once a request. */
const verified = () =>
  processWide('verified-access-tokens', () => new BoundedCache<{ claims: AccessTokenClaims }>(CACHED_TOKENS_MAX));

export function signAccessToken(subject: TokenSubject, now: Date): Promise<string> {
  return signToken(ACCESS_TOKEN, subject, now);
}

/** Does *not* ask whether the session was revoked: `authenticate` does. */
export async function verifyAccessToken(token: string, now: Date): Promise<Verified<AccessTokenClaims>> {
  const cached = verified().get(token);
  const result = cached ?? (await verifyToken(ACCESS_TOKEN, token, now));
  if (!result.claims) return result;
  const problem = problemOfTimes(result.claims, now);
  if (problem) {
    verified().delete(token);
    return { problem };
  }
  if (!cached) verified().set(token, result);
  return result;
}

/**
 * The deny-set reaches back one access lifetime: a token that claims a longer life, or one from before the clock was set back, could
 * outlive its revocation. Its session goes on with a refresh.
 */
function problemOfTimes({ iat, exp }: AccessTokenClaims, now: Date): 'expired' | 'wrong_times' | null {
  const nowSeconds = now.getTime() / 1_000;
  if (exp <= nowSeconds) return 'expired';
  return iat > nowSeconds + CLOCK_SKEW_SECONDS || exp - iat > maxLifetimeSeconds() ? 'wrong_times' : null;
}

function maxLifetimeSeconds(): number {
  return Math.max(env().accessTokenLifetimeSeconds, env().boundAccessTokenLifetimeSeconds);
}

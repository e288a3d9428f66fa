/** Request → Principal: what every guarded page and handler calls, next to the data. No database, no unsealing. */
import { database } from '../../db/client.ts';
import { AppError } from '../../errors.ts';
import { isRevoked } from '../sessions/deny-set.ts';
import { verifyAccessToken } from '../tokens/access-token.ts';
import { verifyRefreshToken } from '../tokens/refresh-token.ts';
import { believedClaims } from './believed-claims.ts';
import { readCookies } from './cookies.ts';

/** Who is asking, and how they said so. */
export interface Principal {
  userId: number;
  sessionId: string;
  via: 'authorization' | 'cookie';
  issuedAt: Date;
  expiresAt: Date;
}

/**
 * Throws `invalid_token` without a live access token, `wrong_token_kind` for a refresh token, and `unavailable` when revocations
 * cannot be known.
 */
export async function authenticate(headers: Headers, now: Date): Promise<Principal> {
  const { via, tokens } = accessCredential(headers);
  // RFC 6750 3.1: without credentials the challenge carries no error code.
  if (tokens.length === 0) throw new AppError('invalid_token', { headers: { 'WWW-Authenticate': 'Bearer' } });
  const good = (await Promise.all(tokens.map((token) => verifyAccessToken(token, now)))).filter(
    (claims) => claims !== null,
  );
  if (good.length === 0)
    throw new AppError((await someRefreshToken(tokens, now)) ? 'wrong_token_kind' : 'invalid_token');
  for (const claims of via === 'cookie' ? believedClaims(good, headers) : good) {
    if (await isRevoked(database(), claims.sid)) continue;
    return {
      userId: claims.user_id,
      sessionId: claims.sid,
      via,
      issuedAt: new Date(claims.iat * 1_000),
      expiresAt: new Date(claims.exp * 1_000),
    };
  }
  throw new AppError('invalid_token');
}

/** The same for who may be signed out: null instead of `invalid_token` and `wrong_token_kind`. */
export async function findPrincipal(headers: Headers, now: Date): Promise<Principal | null> {
  try {
    return await authenticate(headers, now);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid_token' || error.code === 'wrong_token_kind')) return null;
    throw error;
  }
}

/**
 * The token of an `Authorization` header of a scheme of ours; whatever else stands behind that scheme is a token that verifies as nothing.
 * Null without the header, and for another scheme, which is meant for somebody else: a proxy may ask for Basic.
 */
export function authorizationToken(headers: Headers): string | null {
  const [scheme = '', ...rest] = (headers.get('authorization') ?? '').split(/([ \t].*)/);
  if (!/^(?:Bearer|DPoP)$/i.test(scheme)) return null;
  return /^ +(\S+)$/.exec(rest.join(''))?.[1] ?? '';
}

/** Where both are present only `Authorization` counts. */
function accessCredential(headers: Headers): { via: Principal['via']; tokens: string[] } {
  const bearer = authorizationToken(headers);
  return bearer === null
    ? { via: 'cookie', tokens: readCookies(headers, 'access_token') }
    : { via: 'authorization', tokens: [bearer] };
}

async function someRefreshToken(tokens: readonly string[], now: Date): Promise<boolean> {
  const claims = await Promise.all(tokens.map((token) => verifyRefreshToken(token, now)));
  return claims.some((one) => one !== null);
}

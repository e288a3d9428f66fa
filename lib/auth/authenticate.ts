/** Request → Principal: what every guarded page and handler calls, next to the data. No database, no unsealing. */
import { database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { verifyAccessToken } from './access-token.ts';
import { readCookie } from './cookies.ts';
import { verifyRefreshToken } from './refresh-token.ts';
import { isRevoked } from './revocations.ts';

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
  const credential = accessCredential(headers);
  // RFC 6750 3.1: without credentials the challenge carries no error code.
  if (!credential) throw new AppError('invalid_token', { headers: { 'WWW-Authenticate': 'Bearer' } });
  const claims = await verifyAccessToken(credential.token, now);
  if (!claims)
    throw new AppError((await verifyRefreshToken(credential.token, now)) ? 'wrong_token_kind' : 'invalid_token');
  if (await isRevoked(database(), claims.sid)) throw new AppError('invalid_token');
  return {
    userId: claims.user_id,
    sessionId: claims.sid,
    via: credential.via,
    issuedAt: new Date(claims.iat * 1_000),
    expiresAt: new Date(claims.exp * 1_000),
  };
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

/** The token of an `Authorization` header; whatever else stands there is a token that verifies as nothing. Null without the header. */
export function authorizationToken(headers: Headers): string | null {
  const authorization = headers.get('authorization');
  return authorization === null ? null : (/^(?:Bearer|DPoP) +([^\s]+)$/i.exec(authorization)?.[1] ?? '');
}

/** Where both are present only `Authorization` counts. */
function accessCredential(headers: Headers): (Pick<Principal, 'via'> & { token: string }) | null {
  const bearer = authorizationToken(headers);
  if (bearer !== null) return { token: bearer, via: 'authorization' };
  const cookie = readCookie(headers, 'access_token');
  return cookie === null ? null : { token: cookie, via: 'cookie' };
}

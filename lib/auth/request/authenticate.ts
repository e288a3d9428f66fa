/** Credential → principal, for every guarded page and handler, next to the data. No statement, no seal. */
import { database } from '../../db/client.ts';
import { AppError, type RefusalReason } from '../../errors.ts';
import { isRevoked } from '../sessions/deny-set.ts';
import { verifyAccessToken } from '../tokens/access-token.ts';
import { verifyRefreshToken } from '../tokens/refresh-token.ts';
import { believedClaims } from './believed-claims.ts';
import type { Credential } from './sender.ts';

/** The authenticated user and session of a request. */
export interface Principal {
  userId: number;
  sessionId: string;
  via: Credential['via'];
  issuedAt: Date;
  expiresAt: Date;
}

/**
 * Throws `invalid_token` without a valid access token, `wrong_token_kind` for a refresh token, and `unavailable` when revocations are
 * unknown.
 */
export async function authenticate(credential: Credential, now: Date): Promise<Principal> {
  const { via } = credential;
  const tokens = via === 'cookie' ? credential.accessTokens : [credential.token];
  const verified = await Promise.all(tokens.map((token) => verifyAccessToken(token, now)));
  const good = verified.flatMap(({ claims }) => claims ?? []);
  if (good.length === 0) {
    if (await someRefreshToken(tokens, now)) throw new AppError('wrong_token_kind');
    throw refusal(verified[0]?.problem ?? 'missing');
  }
  const believed = via === 'cookie' ? believedClaims(good, credential.hintedUser) : good;
  for (const { user_id, sid, iat, exp } of believed) {
    if (await isRevoked(database(), sid)) continue;
    return {
      userId: user_id,
      sessionId: sid,
      via,
      issuedAt: new Date(iat * 1_000),
      expiresAt: new Date(exp * 1_000),
    };
  }
  throw refusal(believed.length > 0 ? 'revoked' : 'not_believed');
}

/** The same where a request may be signed out: null instead of `invalid_token` and `wrong_token_kind`. */
export async function findPrincipal(credential: Credential, now: Date): Promise<Principal | null> {
  try {
    return await authenticate(credential, now);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid_token' || error.code === 'wrong_token_kind')) return null;
    throw error;
  }
}

function refusal(reason: RefusalReason): AppError {
  return new AppError('invalid_token', { reason });
}

async function someRefreshToken(tokens: readonly string[], now: Date): Promise<boolean> {
  const verified = await Promise.all(tokens.map((token) => verifyRefreshToken(token, now)));
  return verified.some(({ claims }) => claims !== undefined);
}

/** Sign and verify tokens of both kinds: one strict form, one algorithm, every claim required (RFC 7519, RFC 8725). */
import { decodeProtectedHeader, errors, jwtVerify, type ProtectedHeaderParameters, SignJWT } from 'jose';
import { z } from 'zod';
import { env } from '../../env.ts';
import type { RefusalReason } from '../../errors.ts';
import { isCanonicalJws } from './canonical-jws.ts';
import { type KeySet, keys } from './keys.ts';
import { ID_BYTES, TOKEN_MAX_CHARS } from './token-limits.ts';

/** The kinds exclude each other by type, audience, key and the `refresh` claim (RFC 8725 3.11, 3.12). */
export interface TokenKind<Refresh extends boolean> {
  typ: string;
  /** Joined to the issuer's origin. */
  audiencePath: string;
  refresh: Refresh;
  key: (set: KeySet) => CryptoKey;
}

/** 128 bits, base64url without padding. */
const Id = z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((ID_BYTES * 8) / 6)}}$`));

/** Every one but `cnf` is required. */
const Claims = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: Id,
  sid: Id,
  user_id: z.int().positive(),
  refresh: z.boolean(),
  /** The key that the session was bound to at sign-in (RFC 7800 3.1). Only a hint: the session's row decides. */
  cnf: z.object({ jkt: z.string() }).optional(),
});
export type TokenClaims<Refresh extends boolean = boolean> = z.infer<typeof Claims> & { refresh: Refresh };

/** `expiresAt` is cut to whole seconds. */
export interface TokenSubject {
  userId: number;
  sessionId: string;
  tokenId: string;
  expiresAt: Date;
  /** Thumbprint of the session's key, for a refresh token. */
  jkt?: string | null;
}

export async function signToken(kind: TokenKind<boolean>, subject: TokenSubject, now: Date): Promise<string> {
  const { newest } = keys();
  const { appOrigin } = env();
  return new SignJWT({
    user_id: subject.userId,
    refresh: kind.refresh,
    sid: subject.sessionId,
    ...(subject.jkt && { cnf: { jkt: subject.jkt } }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: kind.typ, kid: newest.id })
    .setIssuer(appOrigin)
    .setAudience(appOrigin + kind.audiencePath)
    .setIssuedAt(seconds(now))
    .setExpirationTime(seconds(subject.expiresAt))
    .setJti(subject.tokenId)
    .sign(kind.key(newest));
}

/** Why a text is no token of the kind that was asked for. For the log: the answer to a client is the same for all. */
export type TokenProblem = Extract<
  RefusalReason,
  'bad_signature' | 'expired' | 'malformed' | 'unknown_key' | 'wrong_issuer' | 'wrong_kind' | 'wrong_times'
>;

export type Verified<Claims> = { claims: Claims; problem?: undefined } | { claims?: undefined; problem: TokenProblem };

/** Verify a token of this kind. Never throws. Does *not* judge `iat`: a clock may have been set since. */
export async function verifyToken<Refresh extends boolean>(
  kind: TokenKind<Refresh>,
  token: string,
  now: Date,
): Promise<Verified<TokenClaims<Refresh>>> {
  const header = unverifiedHeader(token);
  if (!header) return { problem: 'malformed' };
  const set = keys().byId.get(header.kid ?? '');
  if (!set) return { problem: 'unknown_key' };
  // Before the signature: each kind has its own key, so the signature of the other kind would only look wrong.
  if (header.typ !== kind.typ) return { problem: 'wrong_kind' };
  const { appOrigin } = env();
  try {
    const { payload } = await jwtVerify(token, kind.key(set), {
      algorithms: ['HS256'],
      issuer: appOrigin,
      audience: appOrigin + kind.audiencePath,
      currentDate: now,
    });
    const claims = Claims.parse(payload);
    return isOfKind(claims, kind) ? { claims } : { problem: 'wrong_kind' };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** True for the form of a token with a key id of another instance. Verifies nothing. */
export function isForeignToken(token: string): boolean {
  const kid = unverifiedHeader(token)?.kid;
  return kid !== undefined && !keys().byId.has(kid);
}

/** Null for what is no token in its one spelling. */
function unverifiedHeader(token: string): ProtectedHeaderParameters | null {
  if (!isCanonicalJws(token, TOKEN_MAX_CHARS)) return null;
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}

function isOfKind<R extends boolean>(claims: TokenClaims, kind: TokenKind<R>): claims is TokenClaims<R> {
  return claims.refresh === kind.refresh;
}

function problemOf(error: unknown): TokenProblem {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
    return 'bad_signature';
  const isWrong = error instanceof errors.JWTClaimValidationFailed && error.reason === 'check_failed';
  if (isWrong && error.claim === 'iss') return 'wrong_issuer';
  return isWrong && error.claim === 'aud' ? 'wrong_kind' : 'malformed';
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}

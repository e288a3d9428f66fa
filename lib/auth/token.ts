/** Signs and verifies both kinds of token: one strict form, one algorithm, every claim demanded (RFC 7519, RFC 8725). */
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { env } from '../env.ts';
import { isCanonicalJws } from './jws-form.ts';
import { type KeySet, keys } from './keys.ts';
import { CLOCK_SKEW_SECONDS, ID_BYTES, TOKEN_MAX_CHARS } from './policy.ts';

/** What makes the two kinds mutually exclusive: type, audience, key and the `refresh` claim (RFC 8725 3.11, 3.12). */
export interface TokenKind<Refresh extends boolean> {
  typ: string;
  /** Joined to the issuer's origin. */
  audiencePath: string;
  refresh: Refresh;
  key: (set: KeySet) => CryptoKey;
}

/** 128 bits, base64url without padding. */
const Id = z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((ID_BYTES * 8) / 6)}}$`));

const Claims = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: Id,
  sid: Id,
  user_id: z.int().positive(),
  refresh: z.boolean(),
});
export type TokenClaims<Refresh extends boolean = boolean> = z.infer<typeof Claims> & { refresh: Refresh };

const REQUIRED_CLAIMS = ['iss', 'aud', 'iat', 'exp', 'jti', 'sid', 'user_id', 'refresh'];

/** What differs from one token of a kind to the next. `expiresAt` is cut to whole seconds. */
export interface TokenSubject {
  userId: number;
  sessionId: string;
  tokenId: string;
  expiresAt: Date;
}

export async function signToken(kind: TokenKind<boolean>, subject: TokenSubject, now: Date): Promise<string> {
  const { newest } = keys();
  const { appOrigin } = env();
  return new SignJWT({
    user_id: subject.userId,
    refresh: kind.refresh,
    sid: subject.sessionId,
  })
    .setProtectedHeader({ alg: 'HS256', typ: kind.typ, kid: newest.id })
    .setIssuer(appOrigin)
    .setAudience(appOrigin + kind.audiencePath)
    .setIssuedAt(seconds(now))
    .setExpirationTime(seconds(subject.expiresAt))
    .setJti(subject.tokenId)
    .sign(kind.key(newest));
}

/** The claims, or null for anything that is not a token of this kind, of ours, and within its time. Never throws. */
export async function verifyToken<Refresh extends boolean>(
  kind: TokenKind<Refresh>,
  token: string,
  now: Date,
): Promise<TokenClaims<Refresh> | null> {
  if (!isCanonicalJws(token, TOKEN_MAX_CHARS)) return null;
  const { appOrigin } = env();
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => verificationKey(kind, kid), {
      algorithms: ['HS256'],
      typ: kind.typ,
      issuer: appOrigin,
      audience: appOrigin + kind.audiencePath,
      requiredClaims: REQUIRED_CLAIMS,
      currentDate: now,
    });
    const claims = Claims.parse(payload);
    const isFromTheFuture = claims.iat > seconds(now) + CLOCK_SKEW_SECONDS;
    return isFromTheFuture || !isOfKind(claims, kind) ? null : claims;
  } catch {
    return null;
  }
}

function isOfKind<R extends boolean>(claims: TokenClaims, kind: TokenKind<R>): claims is TokenClaims<R> {
  return claims.refresh === kind.refresh;
}

function verificationKey(kind: TokenKind<boolean>, kid: unknown): CryptoKey {
  const set = typeof kid === 'string' ? keys().byId.get(kid) : undefined;
  if (!set) throw new Error('unknown key');
  return kind.key(set);
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}

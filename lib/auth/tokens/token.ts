/** Signs and verifies both kinds of token: one strict form, one algorithm, every claim demanded (RFC 7519, RFC 8725). */
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { env } from '../../env.ts';
import { isCanonicalJws } from './canonical-jws.ts';
import { type KeySet, keys } from './keys.ts';
import { ID_BYTES, TOKEN_MAX_CHARS } from './policy.ts';

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
  /** The key that its session was bound to at sign-in (RFC 7800 3.1). Only a hint: the session's row decides. */
  cnf: z.object({ jkt: z.string() }).optional(),
});
export type TokenClaims<Refresh extends boolean = boolean> = z.infer<typeof Claims> & { refresh: Refresh };

const REQUIRED_CLAIMS = ['iss', 'aud', 'iat', 'exp', 'jti', 'sid', 'user_id', 'refresh'];

/** What differs from one token of a kind to the next. `expiresAt` is cut to whole seconds. */
export interface TokenSubject {
  userId: number;
  sessionId: string;
  tokenId: string;
  expiresAt: Date;
  /** Thumbprint of the session's key, where the token says so. */
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

/** The claims, or null for anything that is not a token of this kind, of ours, and before its end. Never throws. Does *not* judge `iat`: a clock may have been set since. */
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
    return isOfKind(claims, kind) ? claims : null;
  } catch {
    return null;
  }
}

/** Whether it has the form of a token and names a key that is none of ours: another instance's. Nothing in it is verified. */
export function isForeignToken(token: string): boolean {
  if (!isCanonicalJws(token, TOKEN_MAX_CHARS)) return false;
  try {
    const { kid } = decodeProtectedHeader(token);
    return kid !== undefined && !keys().byId.has(kid);
  } catch {
    return false;
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

/** Verify a DPoP proof (RFC 9449): at a sign-in it names the key to bind, at a refresh it shows that the client has the key. */
import { createHash } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import type { EcPublicKey } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import { isCanonicalJws, unverifiedParts } from '../tokens/canonical-jws.ts';
import { ID_BYTES } from '../tokens/token-limits.ts';
import { PROOF_JTI_MAX_CHARS, PROOF_JTI_MIN_CHARS, PROOF_MAX_CHARS } from './proof-limits.ts';
import { recentNonceStep } from './proof-nonce.ts';

export interface ProofTarget {
  htm: string;
  /** The endpoint's full address, without query and fragment. */
  htu: string;
}

export interface DpopProof {
  /** SHA-256 thumbprint of the key (RFC 7638). */
  jkt: string;
  /** When its nonce was issued, in steps of `proof-nonce.ts`. */
  step: number;
  /** `<step>.<digest of jti>`: kept so that the proof works once. Not a digest of the whole JWT, since an ECDSA signature has two spellings. */
  id: string;
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** A public P-256 key alone: a private part, or a key for another use, is refused. */
export const PublicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(COORDINATE),
  y: z.string().regex(COORDINATE),
  alg: z.literal('ES256').optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).optional(),
  kid: z.string().optional(),
  ext: z.boolean().optional(),
});

const Header = z.looseObject({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: PublicKey,
  crit: z.never().optional(),
});

/** `iat` is required and never judged: with a nonce a wrong client clock harms nobody (RFC 9449 11.1). `exp`, `nbf` and `ath` are ignored. */
const Claims = z.looseObject({
  jti: z.string().min(PROOF_JTI_MIN_CHARS).max(PROOF_JTI_MAX_CHARS),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  nonce: z.unknown().optional(),
});

/**
 * Verify the `DPoP` header of a request. Throws `use_dpop_nonce` without a proof (reason `missing`) and for an old nonce (`stale_nonce`), and
 * `invalid_dpop_proof` for anything else. Does *not* ask whose key it is or whether the proof was used: the session's row says both.
 */
export async function verifyProof(compact: string | null, target: ProofTarget, now: Date): Promise<DpopProof> {
  if (compact === null) throw new AppError('use_dpop_nonce', { reason: 'missing' });
  const { jwk, claims } = readProof(compact);
  if (claims.htm !== target.htm || !isSameAddress(claims.htu, target.htu))
    throw new AppError('invalid_dpop_proof', { reason: 'wrong_address' });
  // Before the signature, since it is cheaper to check and more often wrong.
  const step = typeof claims.nonce === 'string' ? recentNonceStep(claims.nonce, now) : null;
  if (step === null) throw new AppError('use_dpop_nonce', { reason: 'stale_nonce' });
  return { jkt: await verifySigner(compact, jwk), step, id: `${step}.${digest(claims.jti)}` };
}

function readProof(compact: string) {
  // Two headers arrive as one, joined by a comma, which is no JWS.
  if (!isCanonicalJws(compact, PROOF_MAX_CHARS)) throw new AppError('invalid_dpop_proof', { reason: 'malformed' });
  try {
    const { header, payload } = unverifiedParts(compact);
    return { jwk: Header.parse(header).jwk, claims: Claims.parse(payload) };
  } catch (cause) {
    throw new AppError('invalid_dpop_proof', { reason: 'malformed', cause });
  }
}

/** Return the thumbprint of the key that signed. Throws `invalid_dpop_proof`. Not `jwtVerify`, which judges times by the client's clock. */
export async function verifySigner(compact: string, jwk: EcPublicKey): Promise<string> {
  const { kty, crv, x, y } = jwk;
  try {
    // The schemas of the headers and the key allow ES256 alone, so a longer list would change nothing that a test can see.
    await compactVerify(compact, await importJWK({ kty, crv, x, y }, 'ES256'), { algorithms: ['ES256'] });
  } catch (cause) {
    throw new AppError('invalid_dpop_proof', { reason: 'bad_signature', cause });
  }
  return thumbprint(jwk);
}

/** RFC 7638 3.2: the required members in this order. Not jose's, which sends a short digest to another thread. */
function thumbprint({ kty, crv, x, y }: EcPublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** Query and fragment do not count (RFC 9449 4.3). */
function isSameAddress(htu: string, address: string): boolean {
  if (!URL.canParse(htu)) return false;
  const given = new URL(htu);
  const ours = new URL(address);
  return given.origin === ours.origin && given.pathname === ours.pathname && !given.username && !given.password;
}

function digest(jti: string): string {
  return createHash('sha256').update(jti).digest().subarray(0, ID_BYTES).toString('base64url');
}

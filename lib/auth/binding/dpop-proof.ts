/** Proof of possession (RFC 9449): who signs in, and who renews a session that is bound to a key, shows that the key is theirs. */
import { createHash } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import type { EcPublicKey } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import { isCanonicalJws, unverifiedParts } from '../tokens/canonical-jws.ts';
import { ID_BYTES } from '../tokens/policy.ts';
import { PROOF_JTI_MAX_CHARS, PROOF_JTI_MIN_CHARS, PROOF_MAX_CHARS } from './policy.ts';
import { recentNonceStep } from './proof-nonce.ts';

/** What the proof must have been made for. */
export interface ProofTarget {
  htm: string;
  /** The endpoint's full address, without query and fragment. */
  htu: string;
}

export interface RefreshProof {
  /** SHA-256 thumbprint of the key (RFC 7638). */
  jkt: string;
  /** When its nonce was handed out, in steps of `proof-nonce.ts`. */
  step: number;
  /** `<step>.<digest of jti>`: what is remembered of a proof, so that it works once. Not of the whole JWT, since an ECDSA signature has two spellings. */
  mark: string;
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** A public P-256 key and nothing beside it: a private part, or a key meant for something else, is refused. */
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

/** `iat` must be there and is never judged: with a nonce a wrong client clock harms nobody (RFC 9449 11.1). `exp`, `nbf` and `ath` are not looked at. */
const Claims = z.looseObject({
  jti: z.string().min(PROOF_JTI_MIN_CHARS).max(PROOF_JTI_MAX_CHARS),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  nonce: z.unknown().optional(),
});

/**
 * Checks the request's proof. Throws `use_dpop_nonce` where there is none or its nonce is not recent, and `invalid_dpop_proof` for
 * everything else that is wrong with it. Does *not* ask whose key it is, nor whether the proof was used before: the session's row says both.
 */
export async function checkProof(headers: Headers, target: ProofTarget, now: Date): Promise<RefreshProof> {
  const compact = headers.get('dpop');
  if (compact === null) throw new AppError('use_dpop_nonce');
  const { jwk, claims } = readProof(compact);
  if (claims.htm !== target.htm || !isSameAddress(claims.htu, target.htu))
    throw new AppError('invalid_dpop_proof', { reason: 'made for another address than APP_ORIGIN' });
  // Before the signature, since it is cheaper to check and more often wrong.
  const step = typeof claims.nonce === 'string' ? recentNonceStep(claims.nonce, now) : null;
  if (step === null) throw new AppError('use_dpop_nonce');
  return { jkt: await verifySigner(compact, jwk), step, mark: `${step}.${digest(claims.jti)}` };
}

function readProof(compact: string) {
  // Two headers arrive as one, joined by a comma, which is no JWS.
  if (!isCanonicalJws(compact, PROOF_MAX_CHARS)) throw new AppError('invalid_dpop_proof');
  try {
    const { header, payload } = unverifiedParts(compact);
    return { jwk: Header.parse(header).jwk, claims: Claims.parse(payload) };
  } catch (cause) {
    throw new AppError('invalid_dpop_proof', { cause });
  }
}

/** The thumbprint of the key that signed. Not `jwtVerify`: it would judge times by the client's clock. Throws `invalid_dpop_proof`. */
export async function verifySigner(compact: string, jwk: EcPublicKey): Promise<string> {
  const { kty, crv, x, y } = jwk;
  try {
    await compactVerify(compact, await importJWK({ kty, crv, x, y }, 'ES256'), { algorithms: ['ES256'] });
  } catch (cause) {
    throw new AppError('invalid_dpop_proof', { cause });
  }
  return thumbprint(jwk);
}

/** RFC 7638 3.2: the required members in this order. Not jose's, which sends even so short a digest to another thread. */
function thumbprint({ kty, crv, x, y }: EcPublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** Query and fragment do not count (RFC 9449 4.3); whatever a URL parser takes for equal is equal. */
function isSameAddress(htu: string, address: string): boolean {
  if (!URL.canParse(htu)) return false;
  const given = new URL(htu);
  const ours = new URL(address);
  return given.origin === ours.origin && given.pathname === ours.pathname && !given.username && !given.password;
}

function digest(jti: string): string {
  return createHash('sha256').update(jti).digest().subarray(0, ID_BYTES).toString('base64url');
}

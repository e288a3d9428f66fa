/** What a browser signs that renews a session by itself (Device Bound Session Credentials). */
import { z } from 'zod';
import type { EcPublicKey } from '../../../db/schema.ts';
import { isCanonicalJws, unverifiedParts } from '../../tokens/canonical-jws.ts';
import { PublicKey, verifySigner } from '../dpop-proof.ts';
import { PROOF_MAX_CHARS } from '../policy.ts';

/** Never `dpop+jwt`: neither kind of proof passes for the other (RFC 8725 3.12). */
const Header = z.looseObject({
  typ: z.literal('dbsc+jwt'),
  alg: z.literal('ES256'),
  jwk: PublicKey.optional(),
  crit: z.never().optional(),
});

/** `aud` is the address the proof was made for, where the browser says it. */
const Claims = z.looseObject({ jti: z.string(), aud: z.string().optional() });

export interface DbscProof {
  key: EcPublicKey;
  challenge: string;
}

/**
 * The challenge that `key` has signed for `address`, or null. Where no key is given, as at registration, it is the one in the proof.
 * Does *not* ask whether the challenge is one of ours.
 */
export async function readDbscProof(headers: Headers, address: string, key?: EcPublicKey): Promise<DbscProof | null> {
  const compact = unquoted(headers.get('secure-session-response') ?? '');
  if (!isCanonicalJws(compact, PROOF_MAX_CHARS)) return null;
  try {
    const parts = unverifiedParts(compact);
    const { jwk } = Header.parse(parts.header);
    const { jti, aud = address } = Claims.parse(parts.payload);
    const signer = key ?? jwk;
    if (!signer || aud !== address) return null;
    await verifySigner(compact, signer);
    const { kty, crv, x, y } = signer;
    return { key: { kty, crv, x, y }, challenge: jti };
  } catch {
    return null;
  }
}

/** A structured string is quoted by the draft, and bare in the browsers there are. */
export function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

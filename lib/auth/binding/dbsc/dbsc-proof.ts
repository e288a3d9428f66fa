/** The proof of a browser that refreshes a session without its page (Device Bound Session Credentials). */
import { z } from 'zod';
import type { EcPublicKey } from '../../../db/schema.ts';
import { isCanonicalJws, unverifiedParts } from '../../tokens/canonical-jws.ts';
import { PublicKey, verifySigner } from '../dpop-proof.ts';
import { PROOF_MAX_CHARS } from '../proof-limits.ts';

/** Not `dpop+jwt`: neither kind of proof passes for the other (RFC 8725 3.12). */
const Header = z.looseObject({
  typ: z.literal('dbsc+jwt'),
  alg: z.literal('ES256'),
  jwk: PublicKey.optional(),
  crit: z.never().optional(),
});

/** `aud` is the address that the proof was made for, where the browser says it. */
const Claims = z.looseObject({ jti: z.string(), aud: z.string().optional() });

/** What the headers of such a browser say: its id of the session, and the signed challenge. Nothing is verified; empty where a header is absent. */
export function readDbscHeaders(headers: Headers) {
  return {
    dbscId: unquoted(headers.get('sec-secure-session-id') ?? ''),
    response: unquoted(headers.get('secure-session-response') ?? ''),
  };
}
export type DbscHeaders = ReturnType<typeof readDbscHeaders>;

/**
 * Return the challenge that `key` has signed for `address`, or null. Without a key, as at the registration, the proof brings its own.
 * Does *not* ask whether this server issued the challenge.
 */
export async function verifyDbscProof(
  compact: string,
  address: string,
  key?: EcPublicKey,
): Promise<{ key: EcPublicKey; challenge: string } | null> {
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

/** The draft quotes the string, today's browsers do not. */
function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

/** Proof keys and DPoP proofs for tests: as our client makes them, apart from the test's changes. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { randomId } from '../tokens/random-id.ts';

export interface ProofKey {
  privateKey: CryptoKey;
  jwk: JWK;
  jkt: string;
}

export async function newProofKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, jkt: await calculateJwkThumbprint(jwk) };
}

export interface ProofChanges {
  /** A claim given as undefined is left out. */
  claims?: object;
  header?: object;
  /** Signs instead of the key itself. */
  signer?: CryptoKey;
}

/** `PUT /api/refresh_token` with a good proof, unless the claims say otherwise. */
export function makeProof(key: ProofKey, nonce: string | undefined, { claims, header, signer }: ProofChanges = {}) {
  const good = {
    jti: randomId(),
    htm: 'PUT',
    htu: 'http://localhost:3000/api/refresh_token',
    iat: Math.floor(Date.now() / 1_000),
    nonce,
  };
  // A test puts into the header what it wants to see refused.
  const protectedHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header };
  return new SignJWT({ ...good, ...claims }).setProtectedHeader(protectedHeader).sign(signer ?? key.privateKey);
}

/** The same proof with the other spelling of its signature: (r, n − s). */
export function otherSpelling(proof: string): string {
  const [header, payload, signature = ''] = proof.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const twin = (P256_ORDER - s).toString(16).padStart(64, '0');
  return [header, payload, Buffer.concat([bytes.subarray(0, 32), Buffer.from(twin, 'hex')]).toString('base64url')].join(
    '.',
  );
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

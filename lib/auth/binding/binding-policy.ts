/** What `BINDING_POLICY` gives to a sign-in or a refresh without a key. It speaks of browsers; programs may prove a key and need not. */
import { REFRESH_PATH, SIGN_IN_PATH } from '../../contract/paths.ts';
import type { LoginBody } from '../../contract/session.ts';
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import type { Credential } from '../request/sender.ts';
import type { SessionTerms } from '../sessions/sessions.ts';
import { type DpopProof, type ProofTarget, verifyProof } from './dpop-proof.ts';

function target(htm: string, path: string): ProofTarget {
  return { htm, htu: env().appOrigin + path };
}

/**
 * Call it before the password is checked, so that a wrong proof is no failed sign-in. Throws `use_dpop_nonce` or `invalid_dpop_proof`.
 * The proof's `jti` is not kept: a repeated sign-in needs the password, and only starts another session for the same key.
 */
export async function signInTerms(
  proof: string | null,
  transport: LoginBody['transport'],
  now: Date,
): Promise<SessionTerms> {
  if (proof !== null)
    return { jkt: (await verifyProof(proof, target('POST', SIGN_IN_PATH), now)).jkt, needRefreshToken: true };
  const { bindingPolicy } = env();
  if (transport === 'cookie' && bindingPolicy === 'require') {
    throw new AppError('invalid_dpop_proof', { reason: 'missing', message: 'Signing in here needs a key proof.' });
  }
  return { jkt: null, needRefreshToken: transport === 'bearer' || bindingPolicy === 'prefer' };
}

export type CheckedProof =
  | { proof: DpopProof; proofProblem?: undefined }
  | { proof?: undefined; proofProblem: AppError };

/** A wrong proof does not matter yet: the session may be one without a key. */
export async function checkRefreshProof(compact: string | null, now: Date): Promise<CheckedProof> {
  try {
    return { proof: await verifyProof(compact, target('PUT', REFRESH_PATH), now) };
  } catch (error) {
    if (error instanceof AppError) return { proofProblem: error };
    throw error;
  }
}

export function hasRefreshToken({ jkt }: { jkt: string | null }): boolean {
  return jkt !== null || env().bindingPolicy === 'prefer';
}

/** Whether a session without a key may be refreshed: in a browser not under a stricter policy than the one it began with. */
export function mayRefreshUnbound(via: Credential['via']): boolean {
  return env().bindingPolicy === 'prefer' || via === 'authorization';
}

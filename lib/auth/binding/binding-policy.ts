/** What `BINDING_POLICY` gives to a sign-in or a renewal without a key. It speaks of browsers; programs may prove a key and need not. */
import type { LoginBody } from '../../contract/session.ts';
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { authorizationToken } from '../request/authenticate.ts';
import type { SessionTerms } from '../sessions/sessions.ts';
import { checkProof, type ProofTarget } from './dpop-proof.ts';

export function loginTarget(): ProofTarget {
  return { htm: 'POST', htu: `${env().appOrigin}/api/login` };
}

export function refreshTarget(): ProofTarget {
  return { htm: 'PUT', htu: `${env().appOrigin}/api/refresh_token` };
}

/**
 * To be asked before the password, so that a wrong proof is no failed sign-in. Throws `use_dpop_nonce` or `invalid_dpop_proof` for a
 * wrong proof, and `invalid_dpop_proof` for none where one is required. The proof's `jti` is not remembered here: who can repeat a
 * sign-in has the password, and would only start another session for the same key.
 */
export async function loginTerms(
  headers: Headers,
  transport: LoginBody['transport'],
  now: Date,
): Promise<SessionTerms> {
  if (headers.has('dpop')) return { jkt: (await checkProof(headers, loginTarget(), now)).jkt, needRefreshToken: true };
  const { bindingPolicy } = env();
  if (transport === 'cookie' && bindingPolicy === 'require') {
    throw new AppError('invalid_dpop_proof', { message: 'Signing in here needs a key proof.' });
  }
  return { jkt: null, needRefreshToken: transport === 'bearer' || bindingPolicy === 'prefer' };
}

/** Whether a browser's session gets a refresh token. */
export function hasRefreshToken({ jkt }: { jkt: string | null }): boolean {
  return jkt !== null || env().bindingPolicy === 'prefer';
}

/** Sessions from before a stricter policy renew no more in a browser. */
export function mayRenewUnbound(headers: Headers): boolean {
  return env().bindingPolicy === 'prefer' || authorizationToken(headers) !== null;
}

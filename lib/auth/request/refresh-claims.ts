/** Credential → claims of the refresh tokens in it. No statement: the session's row is asked later. */
import type { RefusalReason } from '../../errors.ts';
import {
  isForeignSeal,
  type RefreshTokenClaims,
  verifyRefreshToken,
  verifySealedRefreshToken,
} from '../tokens/refresh-token.ts';
import { isForeignToken } from '../tokens/token.ts';
import { believedRefreshClaims } from './believed-claims.ts';
import type { Cookies } from './cookies.ts';
import type { Credential } from './sender.ts';

export interface PresentedRefresh {
  via: Credential['via'];
  /** Of every token that is believed, in the order they came. */
  claims: readonly RefreshTokenClaims[];
  /** Why there are none. */
  problem?: RefusalReason | undefined;
}

/** Verify the refresh tokens of a credential: the one of `Authorization`, or those of the cookies, which are sealed. Never throws. */
export async function presentedRefresh(credential: Credential, now: Date): Promise<PresentedRefresh> {
  const { via } = credential;
  if (via === 'authorization') {
    const { claims, problem } = await verifyRefreshToken(credential.token, now);
    return { via, claims: claims ? [claims] : [], problem };
  }
  const verified = await Promise.all(credential.refreshSeals.map((seal) => verifySealedRefreshToken(seal, now)));
  const good = verified.flatMap(({ claims }) => claims ?? []);
  const claims = await believedRefreshClaims(good, credential, now);
  if (claims.length > 0) return { via, claims };
  return { via, claims, problem: good.length > 0 ? 'not_believed' : (verified[0]?.problem ?? 'missing') };
}

/** True where the tokens themselves say that their sessions need a proof. Only a hint: older tokens do not say it, and the row decides. */
export function isKeyBound({ claims }: PresentedRefresh): boolean {
  return claims.length > 0 && claims.every(({ cnf }) => cnf !== undefined);
}

/** True for cookies of another instance on this host, which are not ours to clear. */
export function hasForeignTokens(cookies: Cookies): boolean {
  return cookies.refresh_token.some(isForeignSeal) || cookies.access_token.some(isForeignToken);
}

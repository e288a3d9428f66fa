/** Recognizes a refused refresh token, and clears its cookies. */
import { refusedHintCookies } from '../../../lib/auth/refresh/login-hint.ts';
import { type Cookies, clearedCookies } from '../../../lib/auth/request/cookies.ts';
import { hasForeignTokens, type PresentedRefresh } from '../../../lib/auth/request/refresh-claims.ts';
import type { Db } from '../../../lib/db/client.ts';
import { AppError } from '../../../lib/errors.ts';

/** Not for a proof of another key, which says nothing against the token: the next key of this browser may be the right one. */
export function isTokenRefused(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'invalid_grant' && error.reason !== 'other_key';
}

/** Cookies of another instance on this host stay: they are still good there. */
export async function clearingCookies(
  db: Db,
  presented: PresentedRefresh,
  cookies: Cookies,
  now: Date,
): Promise<string[]> {
  return hasForeignTokens(cookies) ? [] : [...clearedCookies(), ...(await refusedHintCookies(db, presented, now))];
}

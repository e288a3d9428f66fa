/** Where to go afterwards: a path on our own origin, whatever a `returnTo` says. */

import { REFRESH_PATH } from '../contract/paths.ts';
import type { SignInNotice } from '../contract/sign-in-notice.ts';

const HOME = '/order';
const RETURN_TO_MAX_CHARS = 2_048;
/** Only a base to resolve against; any origin will do. */
const BASE = 'http://tandem.invalid';

/**
 * Path, query and fragment of `value` if it is on this origin, else `fallback`. Refuses what a browser would resolve to another
 * origin: `//host`, `/\host`, control characters, and paths that only become `//host` once normalised (`/.//host`).
 */
export function safePath(value: unknown, fallback = HOME): string {
  if (typeof value !== 'string' || value.length > RETURN_TO_MAX_CHARS) return fallback;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop control characters from URLs, so they must not be here.
  if (!value.startsWith('/') || /[\\\u0000-\u001f\u007f]/.test(value) || !URL.canParse(value, BASE)) return fallback;
  const url = new URL(value, BASE);
  if (url.origin !== BASE || url.pathname.startsWith('//') || url.pathname.startsWith('/api/')) return fallback;
  const path = url.pathname + url.search + url.hash;
  // Encoding makes it longer, and a form that sends it back must be taken.
  return path.length > RETURN_TO_MAX_CHARS ? fallback : path;
}

interface LoginPageQuery {
  notice?: SignInNotice;
  /** When the next attempt makes sense. */
  retryAt?: Date | undefined;
  /** A refresh was tried just now: the page shows its form, whatever cookies it sees. */
  tried?: boolean;
}

/** `/login?returnTo=…`, without the parameter where it would say nothing. */
export function loginPath(returnTo: unknown, { notice, retryAt, tried }: LoginPageQuery = {}): string {
  const path = safePath(returnTo);
  const query = new URLSearchParams({
    ...(notice && { notice }),
    ...(tried && { tried: '1' }),
    ...(retryAt && { retryAt: String(Math.ceil(retryAt.getTime() / 1_000)) }),
    ...(path !== HOME && { returnTo: path }),
  }).toString();
  return query ? `/login?${query}` : '/login';
}

/** Notices of a refresh. The page that shows one does not redirect, or cookies could send a browser in circles. */
const REFRESH_NOTICES = new Set<unknown>(['cookies', 'key', 'script'] satisfies SignInNotice[]);

export function isRefreshNotice(notice: unknown): boolean {
  return REFRESH_NOTICES.has(notice);
}

/** Marks a refresh that the sign-in page asked for. */
export const FROM_LOGIN = 'login';

/** The redirect of a page without a valid access token: refreshes and returns, or continues to `/login`. */
export function pageRefreshPath(returnTo: unknown, { fromLogin = false } = {}): string {
  return `${REFRESH_PATH}?${new URLSearchParams({ ...(fromLogin && { [FROM_LOGIN]: '1' }), returnTo: safePath(returnTo) })}`;
}

/** Sets, reads and clears our cookies; their attributes stand here once. */
import { type CookieName, cookieName } from '../../contract/cookies.ts';
import { REFRESH_PATH } from '../../contract/paths.ts';
import { env } from '../../env.ts';
import type { IssuedTokens } from '../sessions/issue-tokens.ts';
import { sealRefreshToken } from '../tokens/refresh-token.ts';
import { PAGE_REFRESHES_IN_A_ROW_MAX, PAGE_REFRESHES_WINDOW_SECONDS } from './policy.ts';

const SESSION_COOKIES: CookieName[] = ['access_token', 'refresh_token', 'session_hint', 'renewal_count', 'sign_out'];

/** Chromium drops the oldest of a host's cookies when neighbours set too many, and these last. Other browsers ignore the word. */
const KEPT_LONGEST = new Set<CookieName>(['access_token', 'refresh_token', 'session_hint']);

const ATTRIBUTES: Record<CookieName, string> = {
  access_token: 'Path=/; HttpOnly; SameSite=Lax',
  refresh_token: `Path=${REFRESH_PATH}; HttpOnly; SameSite=Strict`,
  session_hint: 'Path=/; SameSite=Lax',
  renewal_count: `Path=${REFRESH_PATH}; HttpOnly; SameSite=Lax`,
  /** A page that signs out sets it (`lib/client/resilience/pending-sign-out.ts`); the server only clears it. */
  sign_out: 'Path=/; HttpOnly; SameSite=Lax',
  /** `Lax`, since the way to the sign-in page may begin on another site. */
  login_hint: 'Path=/login; HttpOnly; SameSite=Lax',
};

/** `Set-Cookie` values after a sign-in (both tokens) or a refresh (the access token alone); the hint goes with each. */
export async function tokenCookies(userId: number, tokens: IssuedTokens, now: Date): Promise<string[]> {
  const { accessToken, accessTokenLifetimeSeconds, refreshToken, refreshTokenLifetimeSeconds } = tokens;
  const issuedAtSeconds = Math.floor(now.getTime() / 1_000);
  const hint = `${userId}.${issuedAtSeconds}.${accessTokenLifetimeSeconds}`;
  const cookies = [
    setCookie('access_token', accessToken, accessTokenLifetimeSeconds),
    setCookie('session_hint', hint, refreshTokenLifetimeSeconds),
  ];
  if (refreshToken) {
    cookies.push(setCookie('refresh_token', await sealRefreshToken(refreshToken), refreshTokenLifetimeSeconds));
  }
  return cookies;
}

/** For a session that is over. Whose it was stays in the login hint. */
export function clearedCookies(): string[] {
  return SESSION_COOKIES.map((name) => setCookie(name, '', 0));
}

/** Nothing is left of who was here. */
export function signedOutCookies(): string[] {
  return [...clearedCookies(), loginHintCookie('', 0)];
}

export function loginHintCookie(value: string, maxAgeSeconds: number): string {
  return setCookie('login_hint', value, maxAgeSeconds);
}

/** Whoever signs in has not signed out. */
export function endedSignOutCookies(headers: Headers): string[] {
  return hasCookie(headers, 'sign_out') ? [setCookie('sign_out', '', 0)] : [];
}

/** Counts pages renewed in a row, so that a browser that drops the access cookie is not sent round in circles. */
export function renewalCountCookie(count: number): string {
  // Where the access token itself lives for seconds only, renewing soon again is nothing to count.
  const windowSeconds = Math.min(PAGE_REFRESHES_WINDOW_SECONDS, Math.ceil(env().accessTokenLifetimeSeconds / 2));
  return setCookie('renewal_count', String(count), windowSeconds);
}

/**
 * Every value under that name, in the order of the header, without empty ones. Two come when another path, a sibling domain, or on http
 * another port has set one too. Lenient as RFC 6265 5.4 makes clients: spaces and quotes around a value do not belong to it.
 */
export function readCookies(headers: Headers, name: CookieName): string[] {
  const wanted = fullName(name);
  return (headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== wanted) return [];
    const value = pair.slice(at + 1).trim();
    const bare = /^"(.*)"$/.exec(value)?.[1] ?? value;
    return bare === '' ? [] : [bare];
  });
}

export function hasCookie(headers: Headers, name: CookieName): boolean {
  return readCookies(headers, name).length > 0;
}

/** The user that the session hint names; null where it names none, or several do not agree. */
export function hintedUser(headers: Headers): number | null {
  const users = new Set(
    readCookies(headers, 'session_hint').flatMap((hint) => /^(\d{1,10})\.\d+\.\d+$/.exec(hint)?.[1] ?? []),
  );
  const [user] = users;
  return users.size === 1 ? Number(user) : null;
}

/** How many pages were renewed in a row. What we never set counts as nothing, so that no planted value can hide a loop. */
export function renewalCount(headers: Headers): number {
  const counts = readCookies(headers, 'renewal_count').map(Number);
  return Math.max(0, ...counts.filter((count) => Number.isInteger(count) && count <= PAGE_REFRESHES_IN_A_ROW_MAX));
}

/** The name as it stands in the browser. */
export function fullName(name: CookieName): string {
  return cookieName(name, isSecure());
}

/** As the browser is told them where it watches over a cookie by itself; lifetimes aside they must be those that it is set with. */
export function attributesOf(name: CookieName): string {
  return ATTRIBUTES[name] + (isSecure() ? '; Secure' : '');
}

function setCookie(name: CookieName, value: string, maxAgeSeconds: number): string {
  const secure = isSecure() ? '; Secure' : '';
  const priority = KEPT_LONGEST.has(name) && maxAgeSeconds > 0 ? '; Priority=High' : '';
  return `${fullName(name)}=${value}; ${ATTRIBUTES[name]}; Max-Age=${maxAgeSeconds}${priority}${secure}`;
}

export function isSecure(): boolean {
  return env().appOrigin.startsWith('https:');
}

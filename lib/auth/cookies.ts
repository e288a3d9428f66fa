/** Our cookies: their names and attributes stand here once, for setting, reading and clearing. */
import { env } from '../env.ts';
import type { IssuedTokens } from './issue-tokens.ts';
import { PAGE_RENEWALS_WINDOW_SECONDS } from './policy.ts';
import { sealRefreshToken } from './refresh-token.ts';

const SESSION_COOKIES = ['access_token', 'refresh_token', 'session_hint', 'renewal_count', 'sign_out'] as const;
type CookieName = (typeof SESSION_COOKIES)[number] | 'login_hint';

const REFRESH_PATH = '/api/refresh_token';

/** On https the names carry prefixes that a sibling domain cannot plant (RFC 6265bis 4.1.3); a cookie with a path of its own cannot be `__Host-`. */
const SHAPES: Record<CookieName, { prefix: string; attributes: string }> = {
  access_token: { prefix: '__Host-', attributes: 'Path=/; HttpOnly; SameSite=Lax' },
  refresh_token: { prefix: '__Secure-', attributes: `Path=${REFRESH_PATH}; HttpOnly; SameSite=Strict` },
  session_hint: { prefix: '__Host-', attributes: 'Path=/; SameSite=Lax' },
  renewal_count: { prefix: '__Secure-', attributes: `Path=${REFRESH_PATH}; HttpOnly; SameSite=Lax` },
  /** Set by the script of a page that signs out (`lib/client/sign-out.ts`), so that the next one goes on with it; only cleared here. */
  sign_out: { prefix: '__Host-', attributes: 'Path=/; HttpOnly; SameSite=Lax' },
  /** `Lax`, since the way to the sign-in page may begin on another site. */
  login_hint: { prefix: '__Secure-', attributes: 'Path=/login; HttpOnly; SameSite=Lax' },
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
  return readCookie(headers, 'sign_out') ? [setCookie('sign_out', '', 0)] : [];
}

/** Counts pages renewed in a row, so that a browser that drops the access cookie is not sent round in circles. */
export function renewalCountCookie(count: number): string {
  // Where the access token itself lives for seconds only, renewing soon again is nothing to count.
  const windowSeconds = Math.min(PAGE_RENEWALS_WINDOW_SECONDS, Math.ceil(env().accessTokenLifetimeSeconds / 2));
  return setCookie('renewal_count', String(count), windowSeconds);
}

/** The first cookie of that name in a `Cookie` header, or null; an empty one counts as none. */
export function readCookie(headers: Headers, name: CookieName): string | null {
  const wanted = `${fullName(name)}=`;
  const pair = (headers.get('cookie') ?? '').split('; ').find((candidate) => candidate.startsWith(wanted));
  return pair?.slice(wanted.length) || null;
}

/** The name as it stands in the browser. */
export function fullName(name: CookieName): string {
  return isSecure() ? SHAPES[name].prefix + name : name;
}

/** As the browser is told them where it watches over a cookie by itself; lifetimes aside they must be those that it is set with. */
export function attributesOf(name: CookieName): string {
  return SHAPES[name].attributes + (isSecure() ? '; Secure' : '');
}

function setCookie(name: CookieName, value: string, maxAgeSeconds: number): string {
  const secure = isSecure() ? '; Secure' : '';
  return `${fullName(name)}=${value}; ${SHAPES[name].attributes}; Max-Age=${maxAgeSeconds}${secure}`;
}

function isSecure(): boolean {
  return env().appOrigin.startsWith('https:');
}

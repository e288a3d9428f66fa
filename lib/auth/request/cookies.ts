/** Set, read and clear the cookies. The only place that has their attributes. */
import { type CookieName, cookieName } from '../../contract/cookies.ts';
import { REFRESH_PATH } from '../../contract/paths.ts';
import { env } from '../../env.ts';
import type { IssuedTokens } from '../sessions/issue-tokens.ts';
import { sealRefreshToken } from '../tokens/refresh-token.ts';
import { PAGE_REFRESHES_IN_A_ROW_MAX, PAGE_REFRESHES_WINDOW_SECONDS } from './page-refresh-limits.ts';

/** Chromium drops the oldest of a host's cookies when neighbours set too many, and these last. Other browsers ignore the word. */
const KEPT_LONGEST = new Set<CookieName>(['access_token', 'refresh_token', 'session_hint']);

/** The largest that the column holds; the database would fail at a larger one. */
const USER_ID_MAX = 2_147_483_647;

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

// The keys of the object above.
const NAMES = Object.keys(ATTRIBUTES) as CookieName[];

const namesOnTheWire = (isSecure: boolean) => new Map(NAMES.map((name) => [cookieName(name, isSecure), name]));
const PLAIN_NAMES = namesOnTheWire(false);
const SECURE_NAMES = namesOnTheWire(true);

/** `Set-Cookie` values after a sign-in (both tokens) or a refresh (the access token alone), each with the hint. */
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

/** For a session that is over. The login hint stays, and says whose it was. */
export function clearedCookies(): string[] {
  return NAMES.filter((name) => name !== 'login_hint').map((name) => setCookie(name, '', 0));
}

/** For a sign-out: the login hint goes too. */
export function signedOutCookies(): string[] {
  return NAMES.map((name) => setCookie(name, '', 0));
}

export function loginHintCookie(value: string, maxAgeSeconds: number): string {
  return setCookie('login_hint', value, maxAgeSeconds);
}

/** Drop a sign-out that was under way: its browser has signed in again. */
export function droppedSignOutCookies({ sign_out }: Cookies): string[] {
  return sign_out.length > 0 ? [setCookie('sign_out', '', 0)] : [];
}

/** Counts pages refreshed in a row, so that a browser that drops the access cookie is not sent round in circles. */
export function pageRefreshCountCookie(count: number): string {
  // An access token that lives for seconds needs many refreshes: only those that come sooner than half its life count.
  const windowSeconds = Math.min(PAGE_REFRESHES_WINDOW_SECONDS, Math.ceil(env().accessTokenLifetimeSeconds / 2));
  return setCookie('renewal_count', String(count), windowSeconds);
}

/** Every non-empty value of each of our cookies, in the order of the header. Several of one name: another path, a sibling domain or, on http, another port has set one too. */
export type Cookies = Readonly<Record<CookieName, readonly string[]>>;

/** Lenient as RFC 6265 5.4 makes clients: spaces and quotes around a value do not belong to it. */
export function readCookies(headers: Headers): Cookies {
  const cookies: Record<CookieName, string[]> = {
    access_token: [],
    refresh_token: [],
    session_hint: [],
    renewal_count: [],
    sign_out: [],
    login_hint: [],
  };
  const names = isSecure() ? SECURE_NAMES : PLAIN_NAMES;
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? undefined : names.get(pair.slice(0, at).trim());
    if (!name) continue;
    const value = pair.slice(at + 1).trim();
    const bare = /^"(.*)"$/.exec(value)?.[1] ?? value;
    if (bare !== '') cookies[name].push(bare);
  }
  return cookies;
}

/** One session hint, as `tokenCookies` writes it. */
export function parseHint(text: string): { userId: number; issuedAtSeconds: number } | null {
  const [, userId, issuedAtSeconds] = /^(\d{1,10})\.(\d{1,12})\.\d+$/.exec(text) ?? [];
  if (issuedAtSeconds === undefined || Number(userId) > USER_ID_MAX) return null;
  return { userId: Number(userId), issuedAtSeconds: Number(issuedAtSeconds) };
}

/** The user that the session hint names; null where it names none, or several do not agree. */
export function hintedUser({ session_hint }: Cookies): number | null {
  const users = new Set(session_hint.flatMap((hint) => parseHint(hint)?.userId ?? []));
  const [user = null] = users;
  return users.size === 1 ? user : null;
}

/** How many pages were refreshed in a row. A count that we never set is 0, so that no planted value can hide a loop. */
export function pageRefreshCount({ renewal_count }: Cookies): number {
  const counts = renewal_count.map(Number);
  return Math.max(0, ...counts.filter((count) => Number.isInteger(count) && count <= PAGE_REFRESHES_IN_A_ROW_MAX));
}

/** The name with its prefix. */
export function fullName(name: CookieName): string {
  return cookieName(name, isSecure());
}

/** For DBSC: all attributes that the cookie is set with, except its lifetime. */
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

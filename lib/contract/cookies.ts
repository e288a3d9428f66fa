/** The names of the cookies, for the server and the browser. Without zod. */

export type CookieName =
  | 'access_token'
  | 'refresh_token'
  | 'session_hint'
  | 'renewal_count'
  | 'sign_out'
  | 'login_hint';

/** Browsers take a `__Host-` cookie for `Path=/` alone. */
const WITH_PATH_OF_THEIR_OWN: readonly CookieName[] = ['refresh_token', 'renewal_count', 'login_hint'];

/** The name as it stands in the browser: on https with a prefix that a sibling domain cannot plant (RFC 6265bis 4.1.3). */
export function cookieName(name: CookieName, isSecure: boolean): string {
  if (!isSecure) return name;
  return (WITH_PATH_OF_THEIR_OWN.includes(name) ? '__Secure-' : '__Host-') + name;
}

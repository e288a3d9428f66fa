/** The names of the cookies, for the server and the browser. Without zod. */

/** A cookie with a path of its own cannot be `__Host-`. */
const PREFIXES = {
  access_token: '__Host-',
  refresh_token: '__Secure-',
  session_hint: '__Host-',
  renewal_count: '__Secure-',
  sign_out: '__Host-',
  login_hint: '__Secure-',
} as const;

export type CookieName = keyof typeof PREFIXES;

/** The name as it stands in the browser: on https with a prefix that a sibling domain cannot plant (RFC 6265bis 4.1.3). */
export function cookieName(name: CookieName, isSecure: boolean): string {
  return (isSecure ? PREFIXES[name] : '') + name;
}

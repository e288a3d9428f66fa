/** Reads the cookies that scripts may read. */
import type { CookieName } from '../../contract/cookies.ts';

/** With or without its prefix; empty without the cookie. Ours hold digits and dots. */
export function readCookie(name: CookieName): string {
  return new RegExp(`\\b${name}=([\\d.]+)`).exec(document.cookie)?.[1] ?? '';
}

/**
 * Makes a sign-out outlive its page: where the page was closed before the server could be told, the next one goes on with it. A cookie
 * says so, which the server clears with the session, or when somebody signs in.
 */
import { cookieName } from '../../contract/cookies.ts';
import { removeAllDrafts } from '../drafts/draft.ts';
import { removeListPlace } from '../drafts/list-place.ts';
import { SIGN_OUT_PENDING_SECONDS } from '../policy.ts';
import { readCookie } from '../session/read-cookie.ts';
import { session } from '../session/session.ts';

/** How many pages try to sign out while something else answers for the server, and the session stays live. */
const PAGES_MAX = 3;

let isSigningOut = false;

/** Resolves when the page is being left: the server has revoked the session, however long that took, or somebody is signing in. */
export async function signOut(pagesLeft = PAGES_MAX): Promise<void> {
  if (isSigningOut) return;
  isSigningOut = true;
  removeAllDrafts();
  removeListPlace();
  savePending(pagesLeft);
  await session.signOut();
  // Another tab may have saved one meanwhile. With a hint somebody has signed in, whose drafts stay.
  if (!readCookie('session_hint')) removeAllDrafts();
  if (readCookie('sign_out')) savePending(pagesLeft - 1);
}

/** For every page, once its session has started: goes on with a sign-out, now or when the page is shown again. Returns what stops that. */
export function resumeSignOuts(): () => void {
  const events = ['visibilitychange', 'focus'];
  for (const event of events) addEventListener(event, resume, true);
  resume();
  return () => {
    for (const event of events) removeEventListener(event, resume, true);
  };
}

function resume(): void {
  const [userId, pagesLeft] = readCookie('sign_out').split('.').map(Number);
  if (pagesLeft && userId === session.getSnapshot().user?.id) void signOut(pagesLeft);
}

function savePending(pagesLeft: number): void {
  const isSecure = location.protocol === 'https:';
  const pair = `${cookieName('sign_out', isSecure)}=${session.getSnapshot().user?.id}.${pagesLeft}`;
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is asynchronous, and not in every browser.
  document.cookie = `${pair}; Path=/; SameSite=Lax; Max-Age=${SIGN_OUT_PENDING_SECONDS}${isSecure ? '; Secure' : ''}`;
}

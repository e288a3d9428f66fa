/**
 * Signs out for good: what was typed but not sent is gone from this browser, and where the page was closed before the server could be told,
 * the next one goes on with it. A cookie says so, which the server clears with the session, or when somebody signs in.
 */
import { removeAllDrafts } from '../drafts/draft.ts';
import { removeListPlace } from '../drafts/list-place.ts';
import { SIGN_OUT_KEPT_SECONDS } from '../policy.ts';
import { session } from '../session/session.ts';

/** How many pages try to sign out where somebody else answers, without ending the session. */
const PAGES_MAX = 3;

let isSigningOut = false;

/** Resolves when the page is being left: the server has ended the session, however long it was away, or somebody is signing in. */
export async function signOut(pagesLeft = PAGES_MAX): Promise<void> {
  if (isSigningOut) return;
  isSigningOut = true;
  removeAllDrafts();
  removeListPlace();
  keep(pagesLeft);
  await session.signOut();
  if (kept()) keep(pagesLeft - 1);
}

/** For every page, once its session has started: goes on with a sign-out, now or when the page is looked at again. Returns what stops that. */
export function resumeSignOuts(): () => void {
  const events = ['visibilitychange', 'focus'];
  for (const event of events) addEventListener(event, resume, true);
  resume();
  return () => {
    for (const event of events) removeEventListener(event, resume, true);
  };
}

function resume(): void {
  const [userId, pagesLeft] = kept()?.split('.').map(Number) ?? [];
  if (pagesLeft && userId === session.getSnapshot().user?.id) void signOut(pagesLeft);
}

function keep(pagesLeft: number): void {
  const isSecure = location.protocol === 'https:';
  const pair = `${isSecure ? '__Host-' : ''}sign_out=${session.getSnapshot().user?.id}.${pagesLeft}`;
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is asynchronous, and not in every browser.
  document.cookie = `${pair}; Path=/; SameSite=Lax; Max-Age=${SIGN_OUT_KEPT_SECONDS}${isSecure ? '; Secure' : ''}`;
}

function kept(): string | undefined {
  return /\bsign_out=([\d.]+)/.exec(document.cookie)?.[1];
}

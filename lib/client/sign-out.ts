/**
 * Signs out for good: what was typed but not sent is gone from this browser, and where the page was closed before the server could be told,
 * the next one goes on with it. A cookie says so, which the server clears with the session, or when somebody signs in.
 */
import { removeAllDrafts } from './draft.ts';
import { SIGN_OUT_KEPT_SECONDS } from './policy.ts';
import { session } from './session.ts';

/** How many pages go on with a sign-out, should it be answered in a way that does not end the session. */
const RESUMES_MAX = 9;

let isSigningOut = false;

/** Resolves when the page is being left: the server has ended the session, however long it was away, or somebody is signing in. */
export async function signOut(resumesLeft = RESUMES_MAX): Promise<void> {
  if (isSigningOut) return;
  isSigningOut = true;
  removeAllDrafts();
  const isSecure = location.protocol === 'https:';
  const name = `${isSecure ? '__Host-' : ''}sign_out`;
  const attributes = `Path=/; SameSite=Lax; Max-Age=${SIGN_OUT_KEPT_SECONDS}${isSecure ? '; Secure' : ''}`;
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is asynchronous, and not in every browser.
  document.cookie = `${name}=${session.getSnapshot().user?.id}.${resumesLeft}; ${attributes}`;
  await session.signOut();
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
  const [userId, resumesLeft] = /\bsign_out=([\d.]+)/.exec(document.cookie)?.[1]?.split('.').map(Number) ?? [];
  if (userId && resumesLeft && userId === session.getSnapshot().user?.id) void signOut(resumesLeft - 1);
}

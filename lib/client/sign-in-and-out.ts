/**
 * What a person does, around what the session does: signing out takes along what was typed but not sent. Where the page was closed before
 * the server could be told, the next one goes on with it, unless somebody has signed in meanwhile.
 */
import { removeAllDrafts } from './draft.ts';
import { hint } from './hint.ts';
import { type SignInResult, session } from './session.ts';

/** The id of the user who is signing out. */
const KEY = 'tandem-signing-out';

export async function signIn(name: string, pwd: string): Promise<SignInResult> {
  const userId = kept();
  // Before the new session is there, which no page may take for the one to be ended.
  keep(null);
  const result = await session.signIn(name, pwd);
  if (!result.user) keep(userId);
  return result;
}

/** Resolves when the page is being left: the server has ended the session, however long it was away, or somebody is signing in. */
export async function signOut(): Promise<void> {
  removeAllDrafts();
  keep(userIdOfPage());
  await session.signOut();
  if (!hint()) keep(null);
}

/** For every page, once its session has started. */
export function resumeSignOut(): void {
  const userId = userIdOfPage();
  if (userId && userId === kept()) void signOut();
  else keep(null);
}

function userIdOfPage(): string | null {
  return session.getSnapshot().user?.id.toString() ?? null;
}

/** Without storage a sign-out lasts as long as its page. */
function keep(userId: string | null): void {
  try {
    if (userId) localStorage.setItem(KEY, userId);
    else localStorage.removeItem(KEY);
  } catch {}
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

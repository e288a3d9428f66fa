/** The session of this window, for the pages: start it, read it, fetch with it, sign in and out. */
import { authFetch } from './auth-fetch.ts';
import { type SessionSnapshot, snapshot } from './core.ts';
import { giveUp, signIn, signOut, start } from './page-session.ts';
import { subscribe } from './store.ts';

export type { SessionSnapshot } from './core.ts';
export type { SessionStart, SignInResult } from './page-session.ts';

export const session = {
  start,
  subscribe,
  getSnapshot: (): SessionSnapshot => snapshot,
  fetch: authFetch,
  signIn,
  signOut,
  giveUp,
};

/** Wraps the window's `fetch`, once. Call it when the page's script is evaluated, before hydration; on the server it does nothing. */
export function installFetchGate(): void {
  if (globalThis.window) window.fetch = authFetch;
}

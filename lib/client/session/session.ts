/** The session of this window, for the pages: start it, read it, fetch with it, sign in and out. */
import { authFetch } from './auth-fetch.ts';
import { startPage } from './page-lifecycle.ts';
import { runEffect } from './run-effect.ts';
import { giveUp, signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import type { SessionSnapshot } from './state.ts';
import { connectEffects, getState, subscribe } from './store.ts';

export type { SessionStart } from './page-lifecycle.ts';
export type { SignInResult } from './sign-in.ts';

connectEffects(runEffect);

export const session = {
  start: startPage,
  subscribe,
  getSnapshot: (): SessionSnapshot => getState().snapshot,
  fetch: authFetch,
  signIn,
  signOut,
  giveUp,
};

/** Replaces the window's `fetch`. Call it when the page's script is evaluated, before hydration; on the server it does nothing. */
export function installFetchGate(): void {
  if (globalThis.window) window.fetch = authFetch;
}

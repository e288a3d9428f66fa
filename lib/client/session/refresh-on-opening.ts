/** Renews a session that is bound to a key before its page is opened, for a page that has nothing but this. */
import type { Send } from './with-proof.ts';

export interface OpeningPage {
  returnTo: string;
  /** Where to go instead: nobody is signed in; the key is gone; the cookie does not stick. */
  login: string;
  loginForKey: string;
  loginForCookies: string;
}

/**
 * Goes on to the page, or to one of the others, as soon as the server has answered; while it cannot be asked, says so and tries again.
 *
 * The renewing page carries this function as text: apart from types it must use nothing outside itself.
 */
export async function renewOnOpening(send: Send, page: OpeningPage): Promise<void> {
  const LOCK_WAIT_MS = 5_000;
  const CALL_MAX_MS = 10_000;
  const RETRY_MS = 3_000;
  const LOOP_WINDOW_MS = 10_000;
  const LOOP_MAX = 3;

  const hint = () => /session_hint=([^;]*)/.exec(document.cookie)?.[1];
  const firstHint = hint();

  /** Once more with the fragment, which no server has seen. */
  const go = (path: string) => location.replace(path.includes('#') ? path : path + location.hash);

  /** Whether this tab was sent here again and again, since the access cookie does not stick. Without storage nobody knows. */
  function isLoop(): boolean {
    const now = Date.now();
    try {
      const times = (sessionStorage.getItem('tandem-renewals') ?? '').split(' ').map(Number);
      const recent = times.filter((time) => Math.abs(now - time) < LOOP_WINDOW_MS);
      sessionStorage.setItem('tandem-renewals', [...recent, now].join(' '));
      return recent.length >= LOOP_MAX;
    } catch {
      return false;
    }
  }

  /** Where to go; undefined while nobody can tell. */
  async function outcome(): Promise<string | undefined> {
    if (hint() !== firstHint) return page.returnTo;
    const init = { method: 'PUT', signal: AbortSignal.timeout(CALL_MAX_MS) };
    const response = await send('/api/refresh_token', init).catch(() => undefined);
    // 429: this browser has renewed more often within minutes than the server remembers, so there is a live token.
    if (response?.ok || response?.status === 429) return page.returnTo;
    if (response?.status !== 403) return undefined;
    return response.headers.has('WWW-Authenticate') ? page.loginForKey : page.login;
  }

  /** In the lock that all tabs share; whoever does not get it goes on without. */
  async function lockedOutcome(): Promise<string | undefined> {
    let running: ReturnType<typeof outcome> | undefined;
    const run = () => {
      running ??= outcome();
      return running;
    };
    const signal = AbortSignal.timeout(LOCK_WAIT_MS);
    await navigator.locks?.request('tandem', { signal }, run).catch(() => {});
    return run();
  }

  if (isLoop()) return go(page.loginForCookies);
  for (;;) {
    const path = await lockedOutcome();
    if (path) return go(path);
    document.querySelector('main')?.removeAttribute('hidden');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

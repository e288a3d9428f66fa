/** Refreshes a session that is bound to a key before its page opens, in a page that holds nothing but this. */
import { REFRESH_PATH } from '../../contract/paths.ts';
import { CALL_MAX_MS, LOCK_WAIT_MS, OPENING_LOOP_MAX, OPENING_LOOP_MS, OPENING_RETRY_MS } from '../policy.ts';
import { LOCK_NAME } from './lock.ts';
import type { Send } from './with-proof.ts';

export interface OpeningPage {
  returnTo: string;
  /** Where to go instead: the session is no more; its key is gone; the access cookie does not stay. */
  login: string;
  loginForKey: string;
  loginForCookies: string;
  /** The name of the session hint in this browser. */
  hintCookie: string;
}

/** To be sent along with the function below, which as text cannot import it. */
export const OPENING_SETTINGS = {
  refreshPath: REFRESH_PATH,
  lockName: LOCK_NAME,
  lockWaitMs: LOCK_WAIT_MS,
  callMaxMs: CALL_MAX_MS,
  retryMs: OPENING_RETRY_MS,
  loopMs: OPENING_LOOP_MS,
  loopMax: OPENING_LOOP_MAX,
};

/**
 * Goes on to the page, or to one of the others, once the server has answered. While it cannot be reached, says so and tries again.
 *
 * The page carries this function as text: apart from types it uses nothing outside itself.
 */
export async function refreshOnOpening(
  send: Send,
  page: OpeningPage,
  settings: typeof OPENING_SETTINGS,
): Promise<void> {
  const { refreshPath, lockName, lockWaitMs, callMaxMs, retryMs, loopMs, loopMax } = settings;
  const hint = () => document.cookie.split('; ').find((pair) => pair.startsWith(`${page.hintCookie}=`));
  const firstHint = hint();

  /** Once more with the fragment, which no server has seen. */
  const go = (path: string) => location.replace(path.includes('#') ? path : path + location.hash);

  /** Whether this tab was sent here again and again, since the access cookie does not stay. Without storage nobody knows. */
  function isLoop(): boolean {
    const now = Date.now();
    try {
      // `null` and what is no number are no recent time.
      const times = `${sessionStorage.getItem('tandem-refreshes')}`.split(' ').map(Number);
      const recent = times.filter((time) => Math.abs(now - time) < loopMs);
      sessionStorage.setItem('tandem-refreshes', [...recent, now].join(' '));
      return recent.length >= loopMax;
    } catch {
      return false;
    }
  }

  /** Where to go; undefined while nobody can tell. */
  async function outcome(): Promise<string | undefined> {
    if (hint() !== firstHint) return page.returnTo;
    const init = { method: 'PUT', signal: AbortSignal.timeout(callMaxMs) };
    const response = await send(refreshPath, init).catch(() => undefined);
    // 429: this browser has refreshed more often within minutes than the server remembers, so there is a valid token.
    if (response?.ok || response?.status === 429) return page.returnTo;
    if (response?.status !== 403) return undefined;
    return response.headers.has('WWW-Authenticate') ? page.loginForKey : page.login;
  }

  /** In the lock that all tabs share. A tab that does not get it goes on without. */
  async function lockedOutcome(): Promise<string | undefined> {
    let running: ReturnType<typeof outcome> | undefined;
    const run = () => {
      running ??= outcome();
      return running;
    };
    const signal = AbortSignal.timeout(lockWaitMs);
    await navigator.locks?.request(lockName, { signal }, run).catch(() => {});
    return run();
  }

  if (isLoop()) return go(page.loginForCookies);
  for (;;) {
    const path = await lockedOutcome();
    if (path) return go(path);
    document.querySelector('main')?.removeAttribute('hidden');
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

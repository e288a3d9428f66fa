/** Tells the store what happens to its page: it starts, time passes, it is hidden, shown, and comes back. */
import type { User } from '../../contract/session.ts';
import { now } from './elapsed-clock.ts';
import { wakeAtMs } from './state.ts';
import { dispatch, getState, subscribe } from './store.ts';
import { openChannel } from './tab-channel.ts';

export interface SessionStart {
  /** The user that the page was drawn for; null on a signed-out page. */
  user: User | null;
  /** What the access token had to live then. */
  expiresInSeconds?: number;
}

/** After any of these the page may have slept, or see something new. */
const PAGE_EVENTS = ['pageshow', 'visibilitychange', 'focus', 'resume', 'online', 'offline'];

/** Call it once the page runs. The function that it returns makes the store forget the page. */
export function startPage(page: SessionStart): () => void {
  let timer: ReturnType<typeof setTimeout>;

  /** One timer for all that the page has to look after. */
  function setTimer(): void {
    clearTimeout(timer);
    const state = getState();
    if (state.snapshot.user) timer = setTimeout(() => dispatch({ type: 'timer' }), wakeAtMs(state) - now());
  }

  function noteChange({ persisted = false }: Event & { persisted?: boolean }): void {
    dispatch({ type: 'page-changed', persisted });
  }

  openChannel((message) => dispatch({ type: 'message', message }));
  const unsubscribe = subscribe(setTimer);
  for (const type of PAGE_EVENTS) addEventListener(type, noteChange, true);
  dispatch({ type: 'page-started', ...page });
  return () => {
    dispatch({ type: 'page-stopped' });
    unsubscribe();
    for (const type of PAGE_EVENTS) removeEventListener(type, noteChange, true);
  };
}

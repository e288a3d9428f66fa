/** The session's snapshot as React state. */
import { useSyncExternalStore } from 'react';
import { session } from './session.ts';
import { INITIAL_STATE, type SessionSnapshot } from './state.ts';

/** Only in client components. Without a user while the page is drawn on the server, and until it has started. */
export function useSession(): SessionSnapshot {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, () => INITIAL_STATE.snapshot);
}

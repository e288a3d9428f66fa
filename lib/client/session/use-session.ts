/** The session's snapshot as React state. */
import { useSyncExternalStore } from 'react';
import { FIRST_SNAPSHOT, type SessionSnapshot } from './core.ts';
import { session } from './session.ts';

/** Only in client components. While the page is drawn on the server, and until it has started, it is the snapshot of nobody. */
export function useSession(): SessionSnapshot {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, () => FIRST_SNAPSHOT);
}

/** Signs out for good: with the session, what was typed but not sent is gone from this browser. */
import { removeAllDrafts } from './draft.ts';
import { session } from './session.ts';

export function signOut(): Promise<void> {
  removeAllDrafts();
  return session.signOut();
}

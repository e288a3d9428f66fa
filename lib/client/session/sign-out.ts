/** Signs out. */
import { SIGN_OUT_PATH } from '../../contract/paths.ts';
import { SIGN_OUT_RETRY_MS } from '../policy.ts';
import { call } from './api-call.ts';
import { withLock } from './lock.ts';
import { readCookie } from './read-cookie.ts';
import { dispatch } from './store.ts';

/**
 * Hides the page at once, and ends on `/login` when the server has revoked the session, however long it cannot be reached;
 * unless somebody has signed in meanwhile, whose session must stay.
 */
export async function signOut(): Promise<void> {
  const hint = readCookie('session_hint');
  const pending = readCookie('sign_out');
  document.body.hidden = true;
  dispatch({ type: 'signing-out' });
  const revoke = async () => {
    // A refresh changes the hint alone; a sign-in also clears what says that a sign-out is pending.
    if (pending && !readCookie('sign_out') && hint !== readCookie('session_hint')) return true;
    const { ok } = await call('POST', SIGN_OUT_PATH);
    if (ok) dispatch({ type: 'signed-out' });
    return ok;
  };
  while (!(await withLock(revoke))) await new Promise((resolve) => setTimeout(resolve, SIGN_OUT_RETRY_MS));
  dispatch({ type: 'page-left', url: '/login' });
}

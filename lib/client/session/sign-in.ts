/** Signs in without leaving the page. */
import type { ErrorCode, FieldIssue } from '../../contract/error.ts';
import { SIGN_IN_PATH } from '../../contract/paths.ts';
import type { User } from '../../contract/session.ts';
import { call } from './api-call.ts';
import { withLock } from './lock.ts';
import { dispatch } from './store.ts';

/** Signed in only with a `user`. Without an `error` either, the server could not be reached. */
export interface SignInResult {
  user?: User;
  error?: ErrorCode;
  message?: string;
  retryAfterSeconds?: number;
  issues?: FieldIssue[];
}

/** On a page that was drawn for this user the suspended requests go on; a page that was drawn for another user is reloaded. */
export async function signIn(name: string, pwd: string): Promise<SignInResult> {
  dispatch({ type: 'signing-in' });
  const answer = await withLock(() => call('POST', SIGN_IN_PATH, JSON.stringify({ name, pwd })));
  if (answer.user) dispatch({ ...answer, type: 'signed-in' });
  return answer;
}

/** The user does not want to sign in here: suspended requests are rejected, and `/login` leads back to this place. */
export function giveUp(): void {
  const place = location.href.replace(location.origin, '');
  dispatch({ type: 'page-left', url: `/login?returnTo=${encodeURIComponent(place)}` });
}

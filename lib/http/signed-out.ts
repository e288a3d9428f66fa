/** The answer to every sign-out: it clears our cookies and what pages have stored. */
import { signedOutCookies } from '../auth/request/cookies.ts';
import { noContent, seeOther, withCookies } from './answers.ts';
import { isNativeFormPost } from './native-form.ts';

export function signedOut(request: Request): Response {
  const response = isNativeFormPost(request) ? seeOther('/login') : noContent();
  response.headers.set('Clear-Site-Data', '"cache", "storage"');
  return withCookies(response, signedOutCookies());
}

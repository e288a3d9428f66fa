/** A page that opens the refresh address once more, now from our own origin. Works without JavaScript. */
import { barePage } from '../../../lib/http/bare-page.ts';
import { FROM_LOGIN } from '../../../lib/http/safe-path.ts';

/** `returnTo` must have gone through `safePath`; encoded for a query, it has no character with a meaning in HTML. */
export function sameOriginHop(returnTo: string, fromLogin: boolean): Response {
  const query = fromLogin ? `hop=1&amp;${FROM_LOGIN}=1` : 'hop=1';
  const address = `/api/refresh_token?${query}&amp;returnTo=${encodeURIComponent(returnTo).replaceAll("'", '%27')}`;
  const head = `<meta http-equiv="refresh" content="0;url=${address}">`;
  return barePage({ title: 'One moment', head, body: `<p><a href="${address}">Go on</a></p>` });
}

/** A page that opens the refresh address once more, now from our own origin. Works without JavaScript. */
import { FROM_LOGIN } from '../../../lib/http/safe-path.ts';

const CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** `returnTo` must have gone through `safePath`; encoded for a query, it has no character with a meaning in HTML. */
export function sameOriginHop(returnTo: string, fromLogin: boolean): Response {
  const query = fromLogin ? `hop=1&amp;${FROM_LOGIN}=1` : 'hop=1';
  const address = `/api/refresh_token?${query}&amp;returnTo=${encodeURIComponent(returnTo).replaceAll("'", '%27')}`;
  const html = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>One moment</title><meta http-equiv="refresh" content="0;url=${address}"><p><a href="${address}">Go on</a></p></html>`;
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': CSP,
    },
  });
}

/** `GET /api/refresh_token`: a page that was opened with an expired access token is refreshed and opened again. */
import { refresh } from '../../../lib/auth/refresh/refresh.ts';
import { findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import { pageRefreshCount, pageRefreshCountCookie, tokenCookies } from '../../../lib/auth/request/cookies.ts';
import { PAGE_REFRESHES_IN_A_ROW_MAX } from '../../../lib/auth/request/page-refresh-limits.ts';
import { isKeyBound, presentedRefresh } from '../../../lib/auth/request/refresh-claims.ts';
import type { Sender } from '../../../lib/auth/request/sender.ts';
import { REFRESH_PATH } from '../../../lib/contract/paths.ts';
import { AppError } from '../../../lib/errors.ts';
import { seeOther, withCookies } from '../../../lib/http/answers.ts';
import { awayPage } from '../../../lib/http/away-page.ts';
import { barePage } from '../../../lib/http/bare-page.ts';
import { acceptsPage } from '../../../lib/http/native-form.ts';
import { type Call, refusalOf, refusalResponse } from '../../../lib/http/route.ts';
import { FROM_LOGIN, loginPath, safePath } from '../../../lib/http/safe-path.ts';
import { proofPage } from './proof-page.ts';
import { clearingCookies, isTokenRefused } from './refused-token.ts';

type PageCall = Call<undefined, undefined, undefined, null>;

/** For a document only: a script or an image must not refresh anything by GET. A request without `Sec-Fetch-Mode` counts as a document. */
export async function refreshPage(call: PageCall): Promise<Response> {
  const { request, credential, cookies, now } = call;
  const query = new URL(request.url).searchParams;
  const returnTo = safePath(query.get('returnTo'));
  const fromLogin = query.has(FROM_LOGIN);
  if ((request.headers.get('sec-fetch-mode') ?? 'navigate') !== 'navigate') {
    throw new AppError('method_not_allowed', {
      message: 'Refresh with PUT; GET is for opening a page.',
      headers: { Allow: 'PUT' },
    });
  }
  // With a live access token another tab has refreshed meanwhile: the browser does keep the cookie.
  const isLive = await isSignedIn(call);
  if (isLive === undefined) return awayPage();
  if (isLive && fromLogin) return seeOther(returnTo);
  const isHeldBack = mayComeFromElsewhere(request.headers, call) && cookies.refresh_token.length === 0;
  if (isHeldBack && !query.has('hop')) return sameOriginHop(returnTo, fromLogin);
  const login = loginPath(returnTo, { tried: isLive || fromLogin });
  const refreshes = isLive ? 0 : pageRefreshCount(cookies) + 1;
  if (refreshes > PAGE_REFRESHES_IN_A_ROW_MAX) return seeOther(loginPath(returnTo, { notice: 'cookies' }));
  const presented = await presentedRefresh(credential, now);
  // A document has no proof. A browser that skipped its own refresh may have a session without a key: the row decides.
  if (!isLive && !call.skipsBrowserRefresh && isKeyBound(presented)) return proofPage(returnTo, login, now);
  try {
    const { session, tokens, isNew } = await refresh(call.db, presented, call, now);
    const newCookies = isNew ? await tokenCookies(session.userId, tokens, now) : [];
    return withCookies(seeOther(returnTo), [...newCookies, pageRefreshCountCookie(refreshes)]);
  } catch (error) {
    if (isTokenRefused(error))
      return withCookies(seeOther(login), await clearingCookies(call.db, presented, cookies, now));
    if (!(error instanceof AppError)) return refusedPage(call, error);
    if (error.code === 'use_dpop_nonce') return proofPage(returnTo, login, now);
    if (error.reason === 'other_key') return seeOther(loginPath(returnTo, { notice: 'key' }));
    return refusedPage(call, error);
  }
}

function refusedPage({ request }: PageCall, error: unknown): Response {
  const refusal = refusalOf(error);
  return refusal.code === 'unavailable' ? awayPage() : refusalResponse(request, refusal);
}

/** Undefined while revocations are unknown. */
async function isSignedIn({ credential, now }: PageCall): Promise<boolean | undefined> {
  try {
    return (await findPrincipal(credential, now)) !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return undefined;
    throw error;
  }
}

/**
 * After a link from another site a browser does not send the `SameSite=Strict` cookie; after a link from this site it does. A browser without
 * `Sec-Fetch-Site` may have done so if the session hint arrived alone.
 */
function mayComeFromElsewhere(headers: Headers, { cookies }: Sender): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  return headers.get('sec-fetch-mode') === null && acceptsPage(headers) && cookies.session_hint.length > 0;
}

/**
 * A page that opens the refresh address once more, now from our own origin. Works without JavaScript. `returnTo` must have gone through
 * `safePath`; encoded for a query, it has no character with a meaning in HTML.
 */
function sameOriginHop(returnTo: string, fromLogin: boolean): Response {
  const query = fromLogin ? `hop=1&amp;${FROM_LOGIN}=1` : 'hop=1';
  const address = `${REFRESH_PATH}?${query}&amp;returnTo=${encodeURIComponent(returnTo).replaceAll("'", '%27')}`;
  const head = `<meta http-equiv="refresh" content="0;url=${address}">`;
  return barePage({ title: 'One moment', head, body: `<p><a href="${address}">Go on</a></p>` });
}

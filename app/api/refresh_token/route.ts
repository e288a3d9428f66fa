/** `PUT /api/refresh_token` renews for scripts and programs; `GET` does it for a page that was opened with an expired access token. */

import { endedHintCookies } from '../../../lib/auth/refresh/login-hint.ts';
import { bringsForeignTokens, isKeyBound, refresh } from '../../../lib/auth/refresh/refresh.ts';
import { authorizationToken, findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import {
  clearedCookies,
  hasCookie,
  renewalCount,
  renewalCountCookie,
  tokenCookies,
} from '../../../lib/auth/request/cookies.ts';
import { PAGE_REFRESHES_IN_A_ROW_MAX } from '../../../lib/auth/request/policy.ts';
import type { BearerRefreshAnswer, CookieRefreshAnswer } from '../../../lib/contract/session.ts';
import type { Db } from '../../../lib/db/client.ts';
import { AppError } from '../../../lib/errors.ts';
import { json, seeOther, withCookies } from '../../../lib/http/answers.ts';
import { awayPage } from '../../../lib/http/away-page.ts';
import { errorResponse } from '../../../lib/http/error-response.ts';
import { acceptsPage } from '../../../lib/http/native-form.ts';
import { type Call, open, refusalOf, refusalResponse, route } from '../../../lib/http/route.ts';
import { FROM_LOGIN, loginPath, safePath } from '../../../lib/http/safe-path.ts';
import { renewingPage } from './renewing-page.ts';
import { samePageAgain } from './same-page-again.ts';

export const dynamic = 'force-dynamic';

type RefreshCall = Call<undefined, undefined, undefined, null>;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    PUT: open({}, (call) =>
      authorizationToken(call.request.headers) === null ? renewCookie(call) : renewBearer(call),
    ),
    GET: open({}, renewPage),
  },
  { offersNonce: true },
);

async function renewBearer({ db, request, now }: RefreshCall): Promise<Response> {
  const { tokens } = await refresh(db, request.headers, now);
  const answer: BearerRefreshAnswer = {
    token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.accessTokenLifetimeSeconds,
  };
  return json(201, answer);
}

async function renewCookie({ db, request, now }: RefreshCall): Promise<Response> {
  try {
    const { session, tokens, isNew } = await refresh(db, request.headers, now);
    const answer: CookieRefreshAnswer = {
      expires_in: tokens.accessTokenLifetimeSeconds,
      refresh_expires_in: tokens.refreshTokenLifetimeSeconds,
    };
    return withCookies(json(201, answer), isNew ? await tokenCookies(session.userId, tokens, now) : []);
  } catch (error) {
    // A proof of another key says nothing against the token: the next key of this browser may be the right one.
    if (!isOver(error) || isOtherKey(error)) throw error;
    return withCookies(errorResponse(error), await endedCookies(db, request.headers, now));
  }
}

/** Only for a document: what a script or an image asks for by GET must not renew anything. Without any word of it, it is one. */
async function renewPage({ db, request, now }: RefreshCall): Promise<Response> {
  const { headers } = request;
  const query = new URL(request.url).searchParams;
  const returnTo = safePath(query.get('returnTo'));
  const fromLogin = query.has(FROM_LOGIN);
  if ((headers.get('sec-fetch-mode') ?? 'navigate') !== 'navigate') {
    throw new AppError('method_not_allowed', {
      message: 'Renew with PUT; GET is for opening a page.',
      headers: { Allow: 'PUT' },
    });
  }
  // With a live access token another tab has renewed while this page was on its way here: the cookie does stick.
  const isLive = await isSignedIn(headers, now);
  // While the database is away nobody can say.
  if (isLive === undefined) return awayPage();
  if (isLive && fromLogin) return seeOther(returnTo);
  const isHeldBack = mayComeFromElsewhere(headers) && !hasCookie(headers, 'refresh_token');
  if (isHeldBack && !query.has('hop')) return samePageAgain(returnTo, fromLogin);
  const login = loginPath(returnTo, { tried: isLive || fromLogin });
  const renewals = isLive ? 0 : renewalCount(headers) + 1;
  if (renewals > PAGE_REFRESHES_IN_A_ROW_MAX) return seeOther(loginPath(returnTo, { notice: 'cookies' }));
  // A document brings no proof. Of a browser that says it could not refresh by itself the row must be asked.
  if (!isLive && !headers.has('secure-session-skipped') && (await isKeyBound(headers, now)))
    return renewingPage(returnTo, login, now);
  return refreshedPage({ db, request, now }, { returnTo, login, renewals });
}

async function refreshedPage(
  { db, request, now }: Pick<RefreshCall, 'db' | 'request' | 'now'>,
  { returnTo, login, renewals }: { returnTo: string; login: string; renewals: number },
): Promise<Response> {
  const { headers } = request;
  try {
    const { session, tokens, isNew } = await refresh(db, headers, now);
    const cookies = isNew ? await tokenCookies(session.userId, tokens, now) : [];
    return withCookies(seeOther(returnTo), [...cookies, renewalCountCookie(renewals)]);
  } catch (error) {
    if (error instanceof AppError && error.code === 'use_dpop_nonce') return renewingPage(returnTo, login, now);
    if (isOver(error)) {
      if (isOtherKey(error)) return seeOther(loginPath(returnTo, { notice: 'key' }));
      return withCookies(seeOther(login), await endedCookies(db, headers, now));
    }
    const refusal = refusalOf(error);
    return refusal.code === 'unavailable' ? awayPage() : refusalResponse(request, refusal);
  }
}

async function isSignedIn(headers: Headers, now: Date): Promise<boolean | undefined> {
  try {
    return (await findPrincipal(headers, now)) !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return undefined;
    throw error;
  }
}

/**
 * After a link from another site a browser keeps the `SameSite=Strict` cookie back; from a page of ours it sends it. One that does not say
 * where a page was opened from may have done the same where the session hint came alone.
 */
function mayComeFromElsewhere(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  return headers.get('sec-fetch-mode') === null && acceptsPage(headers) && hasCookie(headers, 'session_hint');
}

/** What another instance on this host has set is still good there. */
async function endedCookies(db: Db, headers: Headers, now: Date): Promise<string[]> {
  return bringsForeignTokens(headers) ? [] : [...clearedCookies(), ...(await endedHintCookies(db, headers, now))];
}

function isOtherKey({ headers }: AppError): boolean {
  return 'WWW-Authenticate' in headers;
}

function isOver(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'invalid_grant';
}

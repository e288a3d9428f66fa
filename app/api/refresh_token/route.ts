/** `PUT /api/refresh_token` renews for scripts and programs; `GET` does it for a page that was opened with an expired access token. */
import { authorizationToken, findPrincipal } from '../../../lib/auth/authenticate.ts';
import { clearedCookies, readCookie, renewalCountCookie, tokenCookies } from '../../../lib/auth/cookies.ts';
import { endedHintCookies } from '../../../lib/auth/login-hint.ts';
import { PAGE_RENEWALS_IN_A_ROW_MAX } from '../../../lib/auth/policy.ts';
import { refresh } from '../../../lib/auth/refresh.ts';
import type { BearerRefreshAnswer, CookieRefreshAnswer } from '../../../lib/contract/session.ts';
import type { Db } from '../../../lib/db/client.ts';
import { AppError } from '../../../lib/errors.ts';
import { json, seeOther, withCookies } from '../../../lib/http/answers.ts';
import { awayPage } from '../../../lib/http/away-page.ts';
import { errorResponse } from '../../../lib/http/error-response.ts';
import { type Call, open, refusalOf, route } from '../../../lib/http/route.ts';
import { loginPath, safePath } from '../../../lib/http/safe-path.ts';
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

/** Only for a document: what a script or an image asks for by GET must not renew anything. */
async function renewPage({ db, request, now }: RefreshCall): Promise<Response> {
  const { headers } = request;
  const query = new URL(request.url).searchParams;
  const returnTo = safePath(query.get('returnTo'));
  const mode = headers.get('sec-fetch-mode');
  if (mode === null) return seeOther(loginPath(returnTo));
  if (mode !== 'navigate') {
    throw new AppError('method_not_allowed', {
      message: 'Renew with PUT; GET is for opening a page.',
      headers: { Allow: 'PUT' },
    });
  }
  // After a link from another site the browser keeps the `SameSite=Strict` cookie back; from a page of ours it sends it.
  const fromElsewhere = !['same-origin', 'none'].includes(headers.get('sec-fetch-site') ?? 'none');
  if (fromElsewhere && readCookie(headers, 'refresh_token') === null && !query.has('hop'))
    return samePageAgain(returnTo);
  // With a live access token another tab has renewed while this page was on its way here: the cookie does stick.
  // Where the database is away nobody can say; the refresh below then waits.
  const isLive = (await findPrincipal(headers, now).catch(() => null)) !== null;
  const renewals = isLive ? 0 : Number(readCookie(headers, 'renewal_count') ?? 0) + 1;
  if (renewals > PAGE_RENEWALS_IN_A_ROW_MAX) return seeOther(loginPath(returnTo, { notice: 'cookies' }));
  try {
    const { session, tokens, isNew } = await refresh(db, headers, now);
    const cookies = isNew ? await tokenCookies(session.userId, tokens, now) : [];
    return withCookies(seeOther(returnTo), [...cookies, renewalCountCookie(renewals)]);
  } catch (error) {
    if (error instanceof AppError && error.code === 'use_dpop_nonce') return renewingPage(returnTo, now);
    if (isOver(error)) {
      if (isOtherKey(error)) return seeOther(loginPath(returnTo, { notice: 'key' }));
      return withCookies(seeOther(loginPath(returnTo)), await endedCookies(db, headers, now));
    }
    const refusal = refusalOf(error);
    return refusal.code === 'unavailable' ? awayPage() : errorResponse(refusal);
  }
}

async function endedCookies(db: Db, headers: Headers, now: Date): Promise<string[]> {
  return [...clearedCookies(), ...(await endedHintCookies(db, headers, now))];
}

function isOtherKey({ headers }: AppError): boolean {
  return 'WWW-Authenticate' in headers;
}

function isOver(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'invalid_grant';
}

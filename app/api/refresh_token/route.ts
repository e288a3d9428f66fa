/** `PUT /api/refresh_token` refreshes for scripts and programs; `GET` does it for a page that was opened with an expired access token. */
import { refresh } from '../../../lib/auth/refresh/refresh.ts';
import { tokenCookies } from '../../../lib/auth/request/cookies.ts';
import { presentedRefresh } from '../../../lib/auth/request/refresh-claims.ts';
import type { BearerRefreshAnswer, CookieRefreshAnswer } from '../../../lib/contract/session.ts';
import { json, withCookies } from '../../../lib/http/answers.ts';
import { errorResponse } from '../../../lib/http/error-response.ts';
import { type Call, open, route } from '../../../lib/http/route.ts';
import { refreshPage } from './refresh-page.ts';
import { clearingCookies, isTokenRefused } from './refused-token.ts';

export const dynamic = 'force-dynamic';

type RefreshCall = Call<undefined, undefined, undefined, null>;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    PUT: open({}, (call) => (call.credential.via === 'cookie' ? refreshByCookie(call) : refreshByBearer(call))),
    GET: open({}, refreshPage),
  },
  { offersNonce: true },
);

async function refreshByBearer(call: RefreshCall): Promise<Response> {
  const { db, now } = call;
  const { tokens } = await refresh(db, await presentedRefresh(call.credential, now), call, now);
  const answer: BearerRefreshAnswer = {
    token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.accessTokenLifetimeSeconds,
  };
  return json(201, answer);
}

async function refreshByCookie(call: RefreshCall): Promise<Response> {
  const { db, now } = call;
  const presented = await presentedRefresh(call.credential, now);
  try {
    const { session, tokens, isNew } = await refresh(db, presented, call, now);
    const answer: CookieRefreshAnswer = {
      expires_in: tokens.accessTokenLifetimeSeconds,
      refresh_expires_in: tokens.refreshTokenLifetimeSeconds,
    };
    return withCookies(json(201, answer), isNew ? await tokenCookies(session.userId, tokens, now) : []);
  } catch (error) {
    if (!isTokenRefused(error)) throw error;
    return withCookies(errorResponse(error), await clearingCookies(db, presented, call.cookies, now));
  }
}

/** `POST /api/login`: name and password in; two cookies, or two tokens, out. */
import { z } from 'zod';
import { signInTerms } from '../../../lib/auth/binding/binding-policy.ts';
import { registrationOffer } from '../../../lib/auth/binding/dbsc/dbsc-sessions.ts';
import type { Caller } from '../../../lib/auth/caller/caller.ts';
import { login } from '../../../lib/auth/passwords/login.ts';
import { signedInHintCookie, typedNameCookies } from '../../../lib/auth/refresh/login-hint.ts';
import { findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import { type Cookies, droppedSignOutCookies, parseHint, tokenCookies } from '../../../lib/auth/request/cookies.ts';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import type { HintedSession } from '../../../lib/auth/sessions/sessions.ts';
import { type BearerLoginAnswer, type CookieLoginAnswer, LoginBody } from '../../../lib/contract/session.ts';
import { signInNotice } from '../../../lib/contract/sign-in-notice.ts';
import { json, seeOther, withCookies } from '../../../lib/http/answers.ts';
import { check } from '../../../lib/http/body.ts';
import { isNativeFormPost } from '../../../lib/http/native-form.ts';
import { type Call, open, refusalOf, route } from '../../../lib/http/route.ts';
import { loginPath, safePath } from '../../../lib/http/safe-path.ts';

export const dynamic = 'force-dynamic';

/** Checked in the handler, since a native form always gets a page. */
const AnyFields = z.looseObject({
  name: z.unknown().optional(),
  pwd: z.unknown().optional(),
  returnTo: z.unknown().optional(),
});
type LoginCall = Call<z.infer<typeof AnyFields>, undefined, undefined, null>;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({ body: AnyFields, bodyTypes: ['json', 'form'] }, (call) =>
      isNativeFormPost(call.request) ? loginByForm(call) : loginByScript(call),
    ),
  },
  { offersNonce: true, formGoesTo: '/login' },
);

async function loginByForm(call: LoginCall): Promise<Response> {
  try {
    // A browser always gets cookies, whatever the form says, and their policy counts.
    const { cookies, offer } = await signIn(call, { ...check(LoginBody, call.body), transport: 'cookie' });
    return withCookies(seeOther(safePath(call.body.returnTo), offer), cookies);
  } catch (error) {
    const { code, retryAfterSeconds } = refusalOf(error);
    const notice = signInNotice(code, call.body);
    const back = loginPath(call.body.returnTo, { notice, retryAt: retryAt(retryAfterSeconds, call.now) });
    return withCookies(seeOther(back), typedNameCookies(call.body.name));
  }
}

async function loginByScript(call: LoginCall): Promise<Response> {
  const body = check(LoginBody, call.body);
  const { user, tokens, cookies, offer } = await signIn(call, body);
  const lifetimes = {
    expires_in: tokens.accessTokenLifetimeSeconds,
    // 0 without a refresh token.
    refresh_expires_in: tokens.refreshToken ? tokens.refreshTokenLifetimeSeconds : 0,
  };
  if (body.transport === 'cookie') {
    return withCookies(json(200, { user, ...lifetimes } satisfies CookieLoginAnswer, offer), cookies);
  }
  const bearer = { token: tokens.accessToken, refresh_token: tokens.refreshToken ?? '', token_type: 'Bearer' as const };
  return json(200, { ...bearer, ...lifetimes } satisfies BearerLoginAnswer);
}

async function signIn({ db, credential, cookies, proof, caller, now }: LoginCall, body: LoginBody) {
  const terms = await signInTerms(proof, body.transport, now);
  const previous = (await findPrincipal(credential, now)) ?? hintedSession(cookies, caller);
  const { user, session } = await login(db, body, caller, now, terms, previous);
  const tokens = await issueTokens(session, now, terms);
  const offer = tokens.refreshToken ? registrationOffer(session, now) : {};
  const newCookies = [
    ...(await tokenCookies(user.id, tokens, now)),
    ...droppedSignOutCookies(cookies),
    signedInHintCookie(user.name, tokens.refreshTokenLifetimeSeconds, now),
  ];
  return { user, tokens, cookies: newCookies, offer };
}

/** Without an access token only the hint is left, since the refresh cookie does not reach this path. Of several none is believed. */
function hintedSession({ session_hint }: Cookies, { userAgent }: Caller): HintedSession | null {
  const [hint = '', another] = new Set(session_hint);
  const parsed = another === undefined && parseHint(hint);
  return parsed ? { ...parsed, userAgent } : null;
}

function retryAt(retryAfterSeconds: number | undefined, now: Date): Date | undefined {
  return retryAfterSeconds === undefined ? undefined : new Date(now.getTime() + retryAfterSeconds * 1_000);
}

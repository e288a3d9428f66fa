/** The answer to a browser that binds a session (DBSC): its next challenge, its instructions, and a new access token. */

import { DBSC_REFRESH_PATH, type DbscAnswer } from '../../../../lib/auth/binding/dbsc/dbsc-sessions.ts';
import { attributesOf, fullName, tokenCookies } from '../../../../lib/auth/request/cookies.ts';
import { issueTokens } from '../../../../lib/auth/sessions/issue-tokens.ts';
import { REFRESH_PATH, SIGN_IN_PATH, SIGN_OUT_PATH } from '../../../../lib/contract/paths.ts';
import { AppError } from '../../../../lib/errors.ts';
import { json, withCookies } from '../../../../lib/http/answers.ts';
import { errorResponse } from '../../../../lib/http/error-response.ts';

/** Requests that need no access token, or revoke it. A refresh by a page is not among them: the browser refreshes first. */
const NOT_HELD_BACK = [
  '/_next',
  '/api/health',
  SIGN_IN_PATH,
  SIGN_OUT_PATH,
  `${REFRESH_PATH}/logout`,
  DBSC_REFRESH_PATH,
];

/** 200 with a token, or 403 to ask for a signature. Any other 4xx would end the browser's session. */
export async function dbscResponse({ dbscId, challenge, session }: DbscAnswer, now: Date): Promise<Response> {
  const headers = { 'Secure-Session-Challenge': `"${challenge}";id="${dbscId}"` };
  if (!session) return errorResponse(new AppError('use_dpop_nonce', { headers }), 403);
  const tokens = await issueTokens(session, now, { needRefreshToken: false });
  const instructions = {
    session_identifier: dbscId,
    refresh_url: DBSC_REFRESH_PATH,
    scope: {
      include_site: false,
      scope_specification: NOT_HELD_BACK.map((path) => ({ type: 'exclude', domain: '*', path })),
    },
    credentials: [{ type: 'cookie', name: fullName('access_token'), attributes: attributesOf('access_token') }],
  };
  return withCookies(json(200, instructions, headers), await tokenCookies(session.userId, tokens, now));
}

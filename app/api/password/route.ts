/** `PUT /api/password`: revokes every other session of the user; a browser's own goes on with new cookies. */
import { z } from 'zod';
import { hasRefreshToken } from '../../../lib/auth/binding/binding-policy.ts';
import { changePassword, countPasswordChange } from '../../../lib/auth/passwords/change-password.ts';
import type { SignedIn } from '../../../lib/auth/passwords/login.ts';
import { signedInHintCookie } from '../../../lib/auth/refresh/login-hint.ts';
import { tokenCookies } from '../../../lib/auth/request/cookies.ts';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import { ChangePasswordBody } from '../../../lib/contract/session.ts';
import { noContent, withCookies } from '../../../lib/http/answers.ts';
import { check } from '../../../lib/http/body.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  // Checked in the handler, so that wrong bodies count too.
  PUT: guarded({ body: z.unknown() }, async ({ db, principal, body, caller, now }) => {
    await countPasswordChange(db, principal.userId);
    const signedIn = await changePassword(db, principal, check(ChangePasswordBody, body), caller, now);
    return withCookies(noContent(), signedIn ? await sessionCookies(signedIn, now) : []);
  }),
});

async function sessionCookies({ user, session }: SignedIn, now: Date): Promise<string[]> {
  const tokens = await issueTokens(session, now, { needRefreshToken: hasRefreshToken(session) });
  return [
    ...(await tokenCookies(user.id, tokens, now)),
    signedInHintCookie(user.name, tokens.refreshTokenLifetimeSeconds, now),
  ];
}

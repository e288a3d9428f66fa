/** `POST /api/logout`: revokes the session of the access token, or of a bearer refresh token. */

import { findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import { presentedRefresh } from '../../../lib/auth/request/refresh-claims.ts';
import { signOut } from '../../../lib/auth/sessions/sign-out.ts';
import { sameRequestAt } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';
import { signedOut } from '../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, credential, caller, now }) => {
      const principal = await findPrincipal(credential, now);
      if (principal) {
        await signOut(db, principal, caller);
        return signedOut(request);
      }
      if (credential.via === 'cookie') return sameRequestAt('/api/refresh_token/logout');
      const { claims } = await presentedRefresh(credential, now);
      for (const { user_id, sid } of claims) await signOut(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

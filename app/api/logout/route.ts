/** `POST /api/logout`: ends the session that the access token, or a bearer refresh token, belongs to. */

import { findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import { presentedRefresh } from '../../../lib/auth/request/refresh-claims.ts';
import { logout } from '../../../lib/auth/sessions/logout.ts';
import { sameRequestAt } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';
import { signedOut } from '../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, credential, caller, now }) => {
      const principal = await findPrincipal(credential, now);
      if (principal) {
        await logout(db, principal, caller);
        return signedOut(request);
      }
      if (credential.via === 'cookie') return sameRequestAt('/api/refresh_token/logout');
      const { claims } = await presentedRefresh(credential, now);
      for (const { user_id, sid } of claims) await logout(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

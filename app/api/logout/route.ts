/** `POST /api/logout`: ends the session that the access token, or a bearer refresh token, belongs to. */

import { presentedClaims } from '../../../lib/auth/refresh/refresh.ts';
import { authorizationToken, findPrincipal } from '../../../lib/auth/request/authenticate.ts';
import { logout } from '../../../lib/auth/sessions/logout.ts';
import { sameRequestAt } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';
import { signedOut } from '../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, caller, now }) => {
      const principal = await findPrincipal(request.headers, now);
      if (principal) {
        await logout(db, principal, caller);
        return signedOut(request);
      }
      if (authorizationToken(request.headers) === null) return sameRequestAt('/api/refresh_token/logout');
      for (const { user_id, sid } of await presentedClaims(request.headers, now))
        await logout(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

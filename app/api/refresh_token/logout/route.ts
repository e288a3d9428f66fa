/** `POST /api/refresh_token/logout`: where `/api/logout` sends a browser without a live access token, since the refresh cookie reaches this path. */

import { presentedClaims } from '../../../../lib/auth/refresh/refresh.ts';
import { logout } from '../../../../lib/auth/sessions/logout.ts';
import { open, route } from '../../../../lib/http/route.ts';
import { signedOut } from '../../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, caller, now }) => {
      for (const { user_id, sid } of await presentedClaims(request.headers, now))
        await logout(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

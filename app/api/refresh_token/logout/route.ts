/** `POST /api/refresh_token/logout`: where `/api/logout` sends a browser without a live access token, since the refresh cookie reaches this path. */

import { presentedRefresh } from '../../../../lib/auth/request/refresh-claims.ts';
import { logout } from '../../../../lib/auth/sessions/logout.ts';
import { open, route } from '../../../../lib/http/route.ts';
import { signedOut } from '../../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, credential, caller, now }) => {
      const { claims } = await presentedRefresh(credential, now);
      for (const { user_id, sid } of claims) await logout(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

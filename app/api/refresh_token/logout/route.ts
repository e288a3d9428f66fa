/** `POST /api/refresh_token/logout`: `/api/logout` sends a browser without a valid access token here, since the refresh cookie reaches this path. */

import { presentedRefresh } from '../../../../lib/auth/request/refresh-claims.ts';
import { signOut } from '../../../../lib/auth/sessions/sign-out.ts';
import { open, route } from '../../../../lib/http/route.ts';
import { signedOut } from '../../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: open({}, async ({ db, request, credential, caller, now }) => {
      const { claims } = await presentedRefresh(credential, now);
      for (const { user_id, sid } of claims) await signOut(db, { userId: user_id, sessionId: sid }, caller);
      return signedOut(request);
    }),
  },
  { formGoesTo: '/login' },
);

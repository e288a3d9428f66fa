/** `POST /api/refresh_token/logout`: where `/api/logout` sends a browser without a live access token, since the refresh cookie reaches this path. */
import { logout } from '../../../../lib/auth/logout.ts';
import { presentedClaims } from '../../../../lib/auth/refresh.ts';
import { open, route } from '../../../../lib/http/route.ts';
import { signedOut } from '../../../../lib/http/signed-out.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: open({}, async ({ db, request, caller, now }) => {
    const claims = await presentedClaims(request.headers, now);
    if (claims) await logout(db, { userId: claims.user_id, sessionId: claims.sid }, caller);
    return signedOut(request);
  }),
});

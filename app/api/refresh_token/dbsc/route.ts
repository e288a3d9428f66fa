/** `POST /api/refresh_token/dbsc`: a browser that has bound a session refreshes it, unseen by any page. */
import { readDbscHeaders } from '../../../../lib/auth/binding/dbsc/dbsc-proof.ts';
import { refreshForBrowser } from '../../../../lib/auth/binding/dbsc/dbsc-sessions.ts';
import { open, route } from '../../../../lib/http/route.ts';
import { dbscResponse } from './dbsc-response.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: open({}, async ({ db, request, now }) =>
    dbscResponse(await refreshForBrowser(db, readDbscHeaders(request.headers), now), now),
  ),
});

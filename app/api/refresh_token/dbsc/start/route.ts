/** `POST /api/refresh_token/dbsc/start`: a browser binds the session that has just begun to a key in its hardware. */
import { readDbscHeaders } from '../../../../../lib/auth/binding/dbsc/dbsc-proof.ts';
import { registerBrowserKey } from '../../../../../lib/auth/binding/dbsc/dbsc-sessions.ts';
import { presentedRefresh } from '../../../../../lib/auth/request/refresh-claims.ts';
import { AppError } from '../../../../../lib/errors.ts';
import { open, route } from '../../../../../lib/http/route.ts';
import { dbscResponse } from '../dbsc-response.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: open({}, async ({ db, request, credential, now }) => {
    const { claims, problem: reason } = await presentedRefresh(credential, now);
    const [first] = claims;
    if (!first) throw new AppError('invalid_grant', { reason });
    return dbscResponse(await registerBrowserKey(db, first, readDbscHeaders(request.headers), now), now);
  }),
});

/** `POST /api/refresh_token/dbsc/start`: a browser binds the session that has just begun to a key in its hardware. */
import { registerBrowserKey } from '../../../../../lib/auth/binding/dbsc/dbsc-sessions.ts';
import { presentedClaims } from '../../../../../lib/auth/refresh/refresh.ts';
import { AppError } from '../../../../../lib/errors.ts';
import { open, route } from '../../../../../lib/http/route.ts';
import { dbscResponse } from '../dbsc-response.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: open({}, async ({ db, request, now }) => {
    const [claims] = await presentedClaims(request.headers, now);
    if (!claims) throw new AppError('invalid_grant');
    return dbscResponse(await registerBrowserKey(db, claims, request.headers, now), now);
  }),
});

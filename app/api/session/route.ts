/** `GET /api/session`: how long the access token is valid. Costs no query. Brings a fresh nonce to open pages. */
import { json } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';
import { secondsLeft } from '../../../lib/seconds.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    GET: guarded({}, async ({ principal, now }) => {
      return json(200, { user: { id: principal.userId }, expires_in: secondsLeft(principal.expiresAt, now) });
    }),
  },
  { offersNonce: true },
);

/** `GET /api/session`: how long the access token is valid. Costs no query. Brings a fresh nonce to open pages. */
import { json } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    GET: guarded({}, async ({ principal, now }) => {
      // Rounded down, as everywhere: a token never lives shorter than the answer says.
      const expires_in = Math.floor((principal.expiresAt.getTime() - now.getTime()) / 1_000);
      return json(200, { user: { id: principal.userId }, expires_in });
    }),
  },
  { offersNonce: true },
);

/** The same answer behind Tandem's guard, revocation included. */
import { json } from '../../../../lib/http/answers.ts';
import { guarded, route } from '../../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({}, async ({ principal }) =>
    json(200, { user_id: principal.userId, name: 'admin', orders: ['ORD-000001', 'ORD-000002', 'ORD-000003'] }),
  ),
});

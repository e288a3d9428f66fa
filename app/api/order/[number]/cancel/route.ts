/** `POST /api/order/{number}/cancel`: cancels an order that has not left the house. */
import { z } from 'zod';
import { json } from '../../../../../lib/http/answers.ts';
import { guarded, route } from '../../../../../lib/http/route.ts';
import { cancelOrder } from '../../../../../lib/orders/cancel-order.ts';

export const dynamic = 'force-dynamic';

/** Any text: what is no order number is an order that is not there, not a wrong request. */
const Params = z.object({ number: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: guarded({ params: Params }, async ({ db, principal, params, now }) =>
    json(200, await cancelOrder(db, principal.userId, params.number, now)),
  ),
});

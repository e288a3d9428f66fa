/** `GET /api/order/{number}`: one order with its lines and its history. */
import { z } from 'zod';
import { AppError } from '../../../../lib/errors.ts';
import { json } from '../../../../lib/http/answers.ts';
import { guarded, route } from '../../../../lib/http/route.ts';
import { findOrder } from '../../../../lib/orders/orders.ts';

export const dynamic = 'force-dynamic';

/** Any text: what is no order number is an order that is not there, not a wrong request. */
const Params = z.object({ number: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({ params: Params }, async ({ db, principal, params }) => {
    const order = await findOrder(db, principal.userId, params.number);
    if (!order) throw new AppError('order_not_found');
    return json(200, order);
  }),
});

/** `GET /api/order`: one user's orders, a page at a time. `POST /api/order`: places one, once for each Idempotency-Key. */
import { z } from 'zod';
import { IdempotencyKey, OrderListQuery, PlaceOrderBody } from '../../../lib/contract/order.ts';
import { json } from '../../../lib/http/answers.ts';
import { check } from '../../../lib/http/body.ts';
import { guarded, route } from '../../../lib/http/route.ts';
import { listOrders } from '../../../lib/orders/orders.ts';
import { placeOrder } from '../../../lib/orders/place-order.ts';

export const dynamic = 'force-dynamic';

const KEY_HEADER = 'Idempotency-Key';
const KeyHeaders = z.object({ [KEY_HEADER]: IdempotencyKey });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({ query: OrderListQuery }, async ({ db, principal, query }) =>
    json(200, await listOrders(db, principal.userId, query)),
  ),
  POST: guarded({ body: PlaceOrderBody }, async ({ db, principal, request, body, now }) => {
    const { [KEY_HEADER]: key } = check(KeyHeaders, { [KEY_HEADER]: request.headers.get(KEY_HEADER) ?? '' });
    const order = await placeOrder(db, principal.userId, body, key, now);
    return json(201, order, { Location: `/api/order/${order.number}` });
  }),
});

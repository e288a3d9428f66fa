/** `GET /api/product`: what can be ordered, and what cannot at present. */
import type { ProductListAnswer } from '../../../lib/contract/order.ts';
import { json } from '../../../lib/http/answers.ts';
import { guarded, route } from '../../../lib/http/route.ts';
import { listProducts } from '../../../lib/orders/orders.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: guarded({}, async ({ db }) => json(200, { products: await listProducts(db) } satisfies ProductListAnswer)),
});

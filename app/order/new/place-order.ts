/** Sends an order and puts whatever comes back into words. */

import { session } from '../../../lib/client/session.ts';
import type { ErrorBody } from '../../../lib/contract/error.ts';
import type { Order, PlaceOrderBody, Product } from '../../../lib/contract/order.ts';

export type Placed =
  | { outcome: 'placed'; number: string }
  /** With this key an order was placed before, from this draft as it was then. */
  | { outcome: 'placed_before' }
  | { outcome: 'refused'; problem: string };

const UNSENT =
  'The order may not have reached us. What you chose is kept; place it again, and it is still placed only once.';

/** A server that is being restarted is back within this; after it the person is asked. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 500;

/**
 * Never throws. The same `idempotencyKey` and body can be sent any number of times and place one order, so while the server
 * cannot be reached this sends them again.
 */
export async function placeOrder(body: PlaceOrderBody, idempotencyKey: string, products: Product[]): Promise<Placed> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const placed = await send(body, idempotencyKey, products);
    if (placed || performance.now() + pauseMs > giveUpAtMs) return placed ?? { outcome: 'refused', problem: UNSENT };
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Null when there was no answer, or one that speaks for no server of ours. */
async function send(body: PlaceOrderBody, idempotencyKey: string, products: Product[]): Promise<Placed | null> {
  try {
    const response = await session.fetch('/api/order', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      body: JSON.stringify(body),
    });
    if (response.status >= 500) return null;
    // Our own API, which checks what it sends.
    const answer = (await response.json()) as Order & ErrorBody;
    if (response.ok) return { outcome: 'placed', number: answer.number };
    if (answer.error === 'idempotency_mismatch') return { outcome: 'placed_before' };
    return { outcome: 'refused', problem: refusal(answer, body, products) };
  } catch {
    return null;
  }
}

function refusal(answer: ErrorBody, body: PlaceOrderBody, products: Product[]): string {
  if (answer.error !== 'invalid_request') return UNSENT;
  const sentences = (answer.issues ?? []).map(({ path, message }) => {
    const sku = body.lines[Number(path.split('.')[1])]?.sku;
    const name = products.find((product) => product.sku === sku)?.name;
    return name ? `${name}: ${message.toLowerCase()}.` : `${message}.`;
  });
  return `This order cannot be placed as it is. ${sentences.join(' ')}`;
}

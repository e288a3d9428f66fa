/** Send an order and describe the result in words. */

import { session } from '../../../../lib/client/session/session.ts';
import type { ErrorBody } from '../../../../lib/contract/error.ts';
import type { Order, PlaceOrderBody, Product } from '../../../../lib/contract/order.ts';
import { sendUntilAnswered } from '../send-until-answered.ts';
import { refusalWords } from './refusal-words.ts';

export type Placed =
  | { outcome: 'placed'; number: string }
  /** An order was already placed with this key, from an earlier state of this draft. */
  | { outcome: 'placed_before' }
  | { outcome: 'refused'; problem: string };

const UNSENT =
  'The order may not have reached us. What you chose is kept; place it again, and it is still placed only once.';

/** Never throws. The same `idempotencyKey` and body can be sent any number of times and place one order. */
export async function placeOrder(body: PlaceOrderBody, idempotencyKey: string, products: Product[]): Promise<Placed> {
  const placed = await sendUntilAnswered(() => send(body, idempotencyKey, products));
  return placed ?? { outcome: 'refused', problem: UNSENT };
}

/** Return null for a response that is not from our server. */
async function send(body: PlaceOrderBody, idempotencyKey: string, products: Product[]): Promise<Placed | null> {
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
  const isAboutFields = answer.error === 'invalid_request';
  return { outcome: 'refused', problem: isAboutFields ? refusalWords(answer.issues ?? [], body, products) : UNSENT };
}

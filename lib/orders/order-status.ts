/** The statuses of an order in their sequence, and the cancellable ones. */
import type { OrderStatus } from '../contract/order.ts';

/** Written once more than in the contract, whose schemas browsers do not load. A test compares them. */
export const ORDER_STATUSES: readonly OrderStatus[] = ['pending', 'paid', 'shipped', 'delivered', 'cancelled'];

/** Not shipped yet. */
export const CANCELLABLE_STATUSES: readonly OrderStatus[] = ['pending', 'paid'];

export function canCancel(status: OrderStatus): boolean {
  return CANCELLABLE_STATUSES.includes(status);
}

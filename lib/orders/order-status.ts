/** The statuses of an order in their sequence, and the cancellable ones. */
import type { OrderStatus } from '../contract/order.ts';

/** `satisfies` keeps the names those of the contract, without shipping its schemas to the browser. */
export const ORDER_STATUSES = [
  'pending',
  'paid',
  'shipped',
  'delivered',
  'cancelled',
] as const satisfies readonly OrderStatus[];

/** Not shipped yet. */
export const CANCELLABLE_STATUSES = ['pending', 'paid'] as const satisfies readonly OrderStatus[];

export function canCancel(status: OrderStatus): boolean {
  return CANCELLABLE_STATUSES.some((cancellable) => cancellable === status);
}

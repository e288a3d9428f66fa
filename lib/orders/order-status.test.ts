/** The statuses of an order. */
import { describe, expect, test } from 'vitest';
import { OrderStatus } from '../contract/order.ts';
import { canCancel, ORDER_STATUSES } from './order-status.ts';

describe('order statuses', () => {
  test('are those of the contract, in its order', () => {
    expect(ORDER_STATUSES).toEqual(OrderStatus.options);
  });

  test('can be cancelled before the order is shipped', () => {
    expect(ORDER_STATUSES.filter(canCancel)).toEqual(['pending', 'paid']);
  });
});

/** Cancel an order that has not been shipped. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Order } from '../contract/order.ts';
import type { Db } from '../db/client.ts';
import { orderEvents, orders } from '../db/schema.ts';
import { AppError } from '../errors.ts';
import { parseOrderNumber } from './order-number.ts';
import { CANCELLABLE_STATUSES } from './order-status.ts';
import { findOrder } from './orders.ts';

/** Throws `order_not_found`, also for another user's order, and `order_not_cancellable`. Of two at once, one wins. */
export async function cancelOrder(db: Db, userId: number, number: string, now: Date): Promise<Order> {
  const wanted = parseOrderNumber(number);
  if (wanted === null) throw new AppError('order_not_found');
  return db.transaction(async (tx) => {
    // The statement that changes the status also checks it, so no other change can come between.
    const changed = await tx
      .update(orders)
      .set({ status: 'cancelled' })
      .where(and(eq(orders.number, wanted), eq(orders.userId, userId), inArray(orders.status, CANCELLABLE_STATUSES)))
      .returning({ number: orders.number });
    if (changed.length > 0) await tx.insert(orderEvents).values({ orderNumber: wanted, status: 'cancelled', at: now });
    const order = await findOrder(tx, userId, number);
    if (!order) throw new AppError('order_not_found');
    if (changed.length === 0) throw new AppError('order_not_cancellable');
    return order;
  });
}

/** Cancelling orders. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Db } from '../db/client.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { cancelOrder } from './cancel-order.ts';
import { findOrder } from './orders.ts';
import { ANNA, BEN, insertOrder, insertUsersAndProducts, NOW, rejectionOf } from './test-orders.ts';

const LATER = new Date(NOW.getTime() + 60_000);

let database: Database;
let db: Db;

beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  await insertUsersAndProducts(db);
});
afterAll(() => database.close());

describe('cancelling', () => {
  test.each(['pending', 'paid'] as const)('ends an order that is %s, and says when', async (status) => {
    const number = await insertOrder(db, { status });
    const order = await cancelOrder(db, ANNA, number, LATER);
    expect(order.status).toBe('cancelled');
    expect(order.history).toEqual([
      { status, at: NOW.toISOString() },
      { status: 'cancelled', at: LATER.toISOString() },
    ]);
    expect(await findOrder(db, ANNA, number)).toEqual(order);
  });

  test('within the millisecond of placing comes after it in the history', async () => {
    const number = await insertOrder(db);
    const { history } = await cancelOrder(db, ANNA, number, NOW);
    expect(history.map(({ status }) => status)).toEqual(['pending', 'cancelled']);
  });

  test.each(['shipped', 'delivered', 'cancelled'] as const)('is refused for an order that is %s', async (status) => {
    const number = await insertOrder(db, { status });
    const before = await findOrder(db, ANNA, number);
    expect((await rejectionOf(cancelOrder(db, ANNA, number, LATER))).code).toBe('order_not_cancellable');
    expect(await findOrder(db, ANNA, number)).toEqual(before);
  });

  test("finds no order of another user's, and leaves it alone", async () => {
    const number = await insertOrder(db, { userId: BEN });
    expect((await rejectionOf(cancelOrder(db, ANNA, number, LATER))).code).toBe('order_not_found');
    expect(await findOrder(db, BEN, number)).toMatchObject({ status: 'pending' });
  });

  test.each(['', 'nonsense', 'ORD-999999999999999', 'ORD-99999999999999999999'])(
    'finds no order by %j',
    async (number) => {
      expect((await rejectionOf(cancelOrder(db, ANNA, number, LATER))).code).toBe('order_not_found');
    },
  );

  test('at once from several sides is done once', async () => {
    const number = await insertOrder(db);
    const ends = await Promise.all(
      Array.from({ length: 8 }, () =>
        cancelOrder(db, ANNA, number, LATER).then(
          (order) => order.status,
          (error) => error.code,
        ),
      ),
    );
    expect(ends.sort()).toEqual(['cancelled', ...Array(7).fill('order_not_cancellable')]);
    expect((await findOrder(db, ANNA, number))?.history).toHaveLength(2);
  });
});

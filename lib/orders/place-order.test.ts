/** Placing orders: once for each key, at the prices of the shop. */
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Order, PlaceOrderBody } from '../contract/order.ts';
import type { Database, Db } from '../db/client.ts';
import { idempotencyKeys, orders, products } from '../db/schema.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { cancelOrder } from './cancel-order.ts';
import { canCancel } from './order-status.ts';
import { findOrder } from './orders.ts';
import { placeOrder } from './place-order.ts';
import { ANNA, BEN, insertUsersAndProducts, NOW, rejectionOf } from './test-orders.ts';

let database: Database;
let db: Db;

beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  await insertUsersAndProducts(db);
});
afterAll(() => database.close());
beforeEach(async () => {
  await db.delete(orders);
  await db.delete(idempotencyKeys);
});

const LAMP = { lines: [{ sku: 'LAMP', quantity: 1 }] };
const place = (body: unknown, { key = 'key', userId = ANNA, now = NOW } = {}) =>
  placeOrder(db, userId, PlaceOrderBody.parse(body), key, now);
const issuesOf = async (body: unknown) => {
  const refusal = await rejectionOf(place(body));
  expect(refusal.code).toBe('invalid_request');
  return refusal.issues?.map((issue) => issue.path);
};

describe('a placed order', () => {
  test('has the prices and names of the shop and their total', async () => {
    const order = await place({
      lines: [
        { sku: 'SHELF', quantity: 2 },
        { sku: 'LAMP', quantity: 1 },
      ],
      note: 'Ring twice',
    });
    expect(Order.parse(order)).toEqual(order);
    expect(order).toMatchObject({
      status: 'pending',
      placed_at: NOW.toISOString(),
      currency: 'EUR',
      total_minor_units: 2 * 12450 + 6900,
      note: 'Ring twice',
      lines: [
        { sku: 'SHELF', name: 'Oak shelf', quantity: 2, unit_price_minor_units: 12450 },
        { sku: 'LAMP', name: 'Desk lamp', quantity: 1, unit_price_minor_units: 6900 },
      ],
      history: [{ status: 'pending', at: NOW.toISOString() }],
    });
  });

  test('is found as it was answered', async () => {
    const order = await place({ ...LAMP, note: 'Grüße 🎁 <b>' });
    expect(await findOrder(db, ANNA, order.number)).toEqual(order);
  });

  test('may cost more than 32 bits can count', async () => {
    const order = await place({ lines: [{ sku: 'HOUSE', quantity: 999 }] });
    expect(order.total_minor_units).toBe(1_998_000_000_000);
    expect(await findOrder(db, ANNA, order.number)).toEqual(order);
  });

  test('keeps its price when the shop changes it', async () => {
    const order = await place(LAMP);
    await db.update(products).set({ unitPriceMinorUnits: 1 }).where(eq(products.sku, 'LAMP'));
    expect(await findOrder(db, ANNA, order.number)).toEqual(order);
    await db.update(products).set({ unitPriceMinorUnits: 6900 }).where(eq(products.sku, 'LAMP'));
  });

  test.each([undefined, null, '', '   '])('has no note where %j is given', async (note) => {
    expect((await place({ ...LAMP, note })).note).toBeNull();
  });
});

describe('a line that cannot be ordered', () => {
  const line = (sku: string) => ({ sku, quantity: 1 });

  test.each([
    ['an unknown product', [line('LAMP'), line('NOWHERE')], ['lines.1.sku']],
    ['a product that is not available', [line('STOOL')], ['lines.0.sku']],
    ['another currency', [line('LAMP'), line('MUG')], ['lines.1.sku']],
    ['the same product twice', [line('LAMP'), line('SHELF'), line('LAMP')], ['lines.2.sku']],
    [
      'every one of them',
      [line('X'), line('STOOL'), line('MUG'), line('X')],
      ['lines.0.sku', 'lines.1.sku', 'lines.2.sku', 'lines.3.sku'],
    ],
  ])('is named: %s', async (_case, lines, paths) => {
    expect(await issuesOf({ lines })).toEqual(paths);
  });

  test('leaves nothing behind, and its key free for the order put right', async () => {
    await issuesOf({ lines: [line('LAMP'), line('NOWHERE')] });
    expect(await db.select().from(orders)).toEqual([]);
    expect(await db.select().from(idempotencyKeys)).toEqual([]);
    expect(await place(LAMP)).toMatchObject({ status: 'pending' });
  });
});

describe('a repeated key', () => {
  test('gives the same answer to the byte, and one order', async () => {
    const first = await place(LAMP);
    const second = await place(LAMP);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(await db.$count(orders)).toBe(1);
  });

  test('sent twenty times at once makes one order and twenty equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(LAMP)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await db.$count(orders)).toBe(1);
  });

  test('gives the answer of then, also after the order was cancelled', async () => {
    const first = await place(LAMP);
    await cancelOrder(db, ANNA, first.number, NOW);
    expect(await place(LAMP)).toEqual(first);
  });

  test('with its fields in another order, or without the note it had as null, is the same body', async () => {
    const first = await place({ note: null, lines: [{ quantity: 1, sku: 'LAMP' }] });
    expect(await place(LAMP)).toEqual(first);
  });

  test.each([
    ['quantity', { lines: [{ sku: 'LAMP', quantity: 2 }] }],
    ['product', { lines: [{ sku: 'SHELF', quantity: 1 }] }],
    ['note', { ...LAMP, note: 'x' }],
  ])('with another %s is refused', async (_field, body) => {
    await place(LAMP);
    expect((await rejectionOf(place(body))).code).toBe('idempotency_mismatch');
    expect(await db.$count(orders)).toBe(1);
  });

  test("of another user is that user's own", async () => {
    const annas = await place(LAMP, { userId: ANNA });
    const bens = await place(LAMP, { userId: BEN });
    expect(bens.number).not.toBe(annas.number);
    expect(await place(LAMP, { userId: ANNA })).toEqual(annas);
    expect(await place(LAMP, { userId: BEN })).toEqual(bens);
  });
});

const user = fc.constantFrom(ANNA, BEN);
const action = fc.oneof(
  fc.record({
    does: fc.constant('place' as const),
    user,
    key: fc.constantFrom('a', 'b'),
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ does: fc.constant('cancel' as const), user, of: fc.nat({ max: 5 }) }),
  fc.record({
    does: fc.constant('move' as const),
    to: fc.constantFrom('paid' as const, 'shipped' as const),
    of: fc.nat({ max: 5 }),
  }),
);

test('whatever users and the shop do in turn, a key places one order, and a cancelled one stays so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14, size: 'max' }), async (actions) => {
      await db.delete(orders);
      await db.delete(idempotencyKeys);
      const answers = new Map<string, { quantity: number; answer: Order }>();
      const placed: { user: number; number: string; status: Order['status'] }[] = [];
      for (const action of actions) {
        if (action.does === 'place') {
          const { user: userId, key, quantity } = action;
          const earlier = answers.get(`${userId} ${key}`);
          const placing = place({ lines: [{ sku: 'LAMP', quantity }] }, { userId, key });
          if (earlier?.quantity === quantity) expect(await placing).toEqual(earlier.answer);
          else if (earlier) expect((await rejectionOf(placing)).code).toBe('idempotency_mismatch');
          else {
            const answer = await placing;
            answers.set(`${userId} ${key}`, { quantity, answer });
            placed.push({ user: userId, number: answer.number, status: 'pending' });
          }
          continue;
        }
        const order = placed[action.of % placed.length];
        if (!order) continue;
        if (action.does === 'move') {
          if (order.status === 'cancelled') continue;
          order.status = action.to;
          await db
            .update(orders)
            .set({ status: action.to })
            .where(eq(orders.number, Number(order.number.slice(4))));
          continue;
        }
        const cancelling = cancelOrder(db, action.user, order.number, NOW);
        if (action.user !== order.user) expect((await rejectionOf(cancelling)).code).toBe('order_not_found');
        else if (!canCancel(order.status)) expect((await rejectionOf(cancelling)).code).toBe('order_not_cancellable');
        else order.status = (await cancelling).status;
      }
      expect(await db.$count(orders)).toBe(answers.size);
      for (const { user, number, status } of placed) {
        const found = await findOrder(db, user, number);
        expect(found?.status).toBe(status);
        expect(found?.history.filter((event) => event.status === 'cancelled')).toHaveLength(
          status === 'cancelled' ? 1 : 0,
        );
      }
    }),
    { numRuns: 10 },
  );
});

describe('the forty-first order of a user within a minute', () => {
  const placeForty = () => Promise.all(Array.from({ length: 40 }, (_, index) => place(LAMP, { key: `key ${index}` })));

  test('is refused until the minute is over, and its key stays free', async () => {
    for (let index = 0; index < 40; index++) await place(LAMP, { key: `key ${index}` });
    const tenSecondsLater = new Date(NOW.getTime() + 10_000);
    const refusal = await rejectionOf(place(LAMP, { key: 'one more', now: tenSecondsLater }));
    expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 50 });
    await place(LAMP, { key: 'one more', now: new Date(NOW.getTime() + 60_000) });
    expect(await db.$count(orders)).toBe(41);
  });

  test('does not stand in the way of repeats, nor of other users', async () => {
    const [first] = await placeForty();
    expect(await place(LAMP, { key: 'key 0' })).toEqual(first);
    expect((await place(LAMP, { userId: BEN })).status).toBe('pending');
  });
});

describe('keys are forgotten', () => {
  const daysLater = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

  test('not within 14 days', async () => {
    const first = await place(LAMP);
    await place(LAMP, { key: 'other', now: daysLater(14) });
    expect(await place(LAMP, { now: daysLater(14) })).toEqual(first);
  });

  test('after 14 days, with the next order of anybody', async () => {
    await place(LAMP);
    await place(LAMP, { key: 'other', userId: BEN, now: new Date(daysLater(14).getTime() + 1) });
    expect((await db.select().from(idempotencyKeys)).map((row) => row.key)).toEqual(['other']);
  });
});

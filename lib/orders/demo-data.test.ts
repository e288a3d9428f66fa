/** The demo data: believable, the same every time, and harmless beside real data. */
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Order } from '../contract/order.ts';
import type { Database, Db } from '../db/client.ts';
import { orderEvents, orderLines, orders, products, users } from '../db/schema.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { insertDemoData } from './demo-data.ts';
import { ORDER_STATUSES } from './order-status.ts';
import { countOrders, findOrder } from './orders.ts';
import { placeOrder } from './place-order.ts';

const ADMIN = 11;
const GUEST = 12;
const DAY_MS = 86_400_000;
const MIDNIGHT = new Date('2026-11-23T00:00:00.000Z');

let database: Database;
let db: Db;

beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(async () => {
  await db.delete(orders);
  await db.delete(products);
  await db.delete(users);
});

const insert = (now = MIDNIGHT) => insertDemoData(db, { hashPassword: async (password) => `hash of ${password}`, now });
const everything = async () => {
  const first = (await db.$count(orders)) && Math.min(...(await db.select().from(orders)).map((order) => order.number));
  const fromFirst = <T extends { orderNumber: number }>(row: T) => ({ ...row, orderNumber: row.orderNumber - first });
  return {
    users: await db.select().from(users).orderBy(asc(users.id)),
    products: await db.select().from(products).orderBy(asc(products.sku)),
    orders: (await db.select().from(orders).orderBy(asc(orders.number))).map(({ number, ...order }) => order),
    lines: (await db.select().from(orderLines).orderBy(asc(orderLines.orderNumber), asc(orderLines.position))).map(
      fromFirst,
    ),
    events: (await db.select().from(orderEvents).orderBy(asc(orderEvents.orderNumber), asc(orderEvents.at))).map(
      fromFirst,
    ),
  };
};

describe('demo data', () => {
  test('has the users admin and guest with their passwords', async () => {
    await insert();
    expect((await everything()).users).toMatchObject([
      { id: ADMIN, name: 'admin', passwordHash: 'hash of 123456', disabledAt: null },
      { id: GUEST, name: 'guest', passwordHash: 'hash of 654321', disabledAt: null },
    ]);
  });

  test('has users that joined before their first order', async () => {
    await insert();
    const made = await everything();
    const first = Math.min(...made.orders.map(({ placedAt }) => placedAt.getTime()));
    for (const { createdAt, passwordChangedAt } of made.users) {
      expect(createdAt.getTime()).toBeLessThan(first);
      expect(createdAt.getTime()).toBeGreaterThan(first - 30 * DAY_MS);
      expect(passwordChangedAt).toEqual(createdAt);
    }
  });

  test('gives both users orders of every status', async () => {
    await insert();
    const admin = await countOrders(db, ADMIN);
    const guest = await countOrders(db, GUEST);
    expect(admin.all).toBe(360);
    expect(guest.all).toBe(40);
    for (const status of ORDER_STATUSES) {
      expect(admin[status], status).toBeGreaterThan(0);
      expect(guest[status], status).toBeGreaterThan(0);
    }
  });

  test('has about twenty products in currencies with and without decimals, some not available', async () => {
    await insert();
    const { products } = await everything();
    expect(products.length).toBeGreaterThanOrEqual(20);
    expect(new Set(products.map((product) => product.currency))).toEqual(new Set(['EUR', 'USD', 'JPY', 'KWD']));
    expect(products.filter((product) => !product.available)).toHaveLength(3);
  });

  test('adds up, in one currency for each order', async () => {
    await insert();
    const { orders, lines, products } = await everything();
    const currencyOf = new Map(products.map((product) => [product.sku, product.currency]));
    for (const [index, order] of orders.entries()) {
      const own = lines.filter((line) => line.orderNumber === index);
      const total = own.reduce((sum, line) => sum + line.quantity * line.unitPriceMinorUnits, 0);
      expect(order.totalMinorUnits).toBe(total);
      expect(total).toBeGreaterThan(0);
      expect(own.map((line) => currencyOf.get(line.sku))).toEqual(own.map(() => order.currency));
      expect(new Set(own.map((line) => line.sku)).size).toBe(own.length);
    }
  });

  test('has histories that follow the life of an order, within two years and never in the future', async () => {
    await insert();
    const { orders, events } = await everything();
    const lives = [
      'pending',
      'pending paid',
      'pending paid shipped',
      'pending paid shipped delivered',
      'pending cancelled',
      'pending paid cancelled',
    ];
    for (const [index, order] of orders.entries()) {
      const own = events.filter((event) => event.orderNumber === index);
      expect(lives).toContain(own.map((event) => event.status).join(' '));
      expect(own[0]?.at).toEqual(order.placedAt);
      expect(own.at(-1)?.status).toBe(order.status);
      expect(own.at(-1)?.at.getTime()).toBeLessThan(MIDNIGHT.getTime());
      expect(order.placedAt.getTime()).toBeGreaterThan(MIDNIGHT.getTime() - 731 * DAY_MS);
    }
  });

  test('numbers orders as they were placed, and has none pending for long', async () => {
    await insert();
    const { orders } = await everything();
    const placed = orders.map((order) => order.placedAt.getTime());
    expect(placed).toEqual(placed.toSorted((a, b) => a - b));
    for (const order of orders) {
      if (order.status !== 'pending' && order.status !== 'paid') continue;
      expect(order.placedAt.getTime()).toBeGreaterThan(MIDNIGHT.getTime() - 8 * DAY_MS);
    }
  });

  test('is as the contract has it', async () => {
    await insert();
    const [first] = await db.select().from(orders).where(eq(orders.userId, ADMIN)).orderBy(asc(orders.number)).limit(1);
    const number = `ORD-${String(first?.number).padStart(6, '0')}`;
    expect(Order.parse(await findOrder(db, ADMIN, number))).toMatchObject({ number });
  });

  test('is the same all day, and moves with the days', async () => {
    await insert();
    const atMidnight = await everything();
    await db.delete(orders);
    await db.delete(products);
    await db.delete(users);
    await insert(new Date(MIDNIGHT.getTime() + DAY_MS - 1));
    expect(await everything()).toEqual(atMidnight);
    await db.delete(orders);
    await db.delete(users);
    await insert(new Date(MIDNIGHT.getTime() + DAY_MS));
    const { orders: moved } = await everything();
    expect(moved.map((order) => order.placedAt.getTime())).toEqual(
      atMidnight.orders.map((order) => order.placedAt.getTime() + DAY_MS),
    );
  });

  test('is inserted once, also when asked for twice at the same time', async () => {
    await Promise.all([insert(), insert()]);
    await insert();
    expect(await db.$count(orders)).toBe(400);
    expect(await db.$count(users)).toBe(2);
  });

  test.each([
    { id: 700, name: 'guest' },
    { id: 11, name: 'somebody' },
  ])('stays away where $name has the id $id', async (user) => {
    await db.insert(users).values({ ...user, passwordHash: 'own' });
    await insert();
    expect((await everything()).users).toMatchObject([{ ...user, passwordHash: 'own' }]);
    expect(await db.$count(orders)).toBe(0);
  });

  test('leaves the next user an id of their own, and the next order a number of its own', async () => {
    await insert();
    for (const name of ['carla', 'dora']) {
      const [user] = await db.insert(users).values({ name, passwordHash: 'x' }).returning();
      expect(user?.id).toBeGreaterThan(GUEST);
    }
    const order = await placeOrder(db, ADMIN, { lines: [{ sku: 'LAMP-DESK', quantity: 1 }] }, 'key', MIDNIGHT);
    expect(await findOrder(db, ADMIN, order.number)).toEqual(order);
  });
});

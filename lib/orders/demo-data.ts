/** Fill an empty installation with two users, the products of a shop, and two years of orders. */
import { inArray, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { orderEvents, orderLines, orders, products, users } from '../db/schema.ts';
import { type DemoOrder, makeDemoOrders } from './demo-orders.ts';
import { DEMO_PRODUCTS } from './demo-products.ts';

/** Public on purpose: they exist in demo data only. The ids are fixed, so that examples may name them. */
export const DEMO_USERS = [
  { id: 11, name: 'admin', password: '123456', orders: 360 },
  { id: 12, name: 'guest', password: '654321', orders: 40 },
] as const;

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 730;

export interface DemoDataOptions {
  hashPassword: (password: string) => Promise<string>;
  now: Date;
}

/** Insert everything in one transaction, the same rows for the same day. Does nothing if one of the users exists. */
export async function insertDemoData(db: Db, { hashPassword, now }: DemoDataOptions): Promise<void> {
  if (await hasDemoUsers(db)) return;
  const today = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  const joined = new Date(today.getTime() - (HISTORY_DAYS + 1) * DAY_MS);
  const hashes = await Promise.all(DEMO_USERS.map(({ password }) => hashPassword(password)));
  const userRows = DEMO_USERS.map(({ id, name }, index) => ({
    id,
    name,
    nameKey: name,
    passwordHash: hashes[index] ?? '',
    createdAt: joined,
    passwordChangedAt: joined,
  }));
  await db.transaction(async (tx) => {
    const inserted = await tx.insert(users).values(userRows).onConflictDoNothing().returning({ id: users.id });
    // Another process inserted it first.
    if (inserted.length === 0) return;
    await skipTakenUserIds(tx);
    await tx.insert(products).values(DEMO_PRODUCTS).onConflictDoNothing();
    await insertOrders(tx, makeDemoOrders(DEMO_USERS, today, HISTORY_DAYS));
  });
}

async function hasDemoUsers(db: Db): Promise<boolean> {
  const ids = DEMO_USERS.map(({ id }) => id);
  const names = DEMO_USERS.map(({ name }) => name);
  const isTaken = or(inArray(users.id, ids), inArray(users.name, names), inArray(users.nameKey, names));
  return (await db.$count(users, isTaken)) > 0;
}

/** Explicit ids do not advance the sequence, which would hand them out again. */
async function skipTakenUserIds(tx: Db): Promise<void> {
  const sequence = sql`pg_get_serial_sequence('users', 'id')`;
  await tx.execute(sql`select setval(${sequence}, greatest((select max(id) from users), nextval(${sequence})))`);
}

/** A statement takes 65,535 values at most, and the lines, the longest part, are some 6,000. */
async function insertOrders(tx: Db, made: DemoOrder[]): Promise<void> {
  const numbers = await reserveOrderNumbers(tx, made.length);
  const numbered = made.map((order, index) => ({ ...order, orderNumber: numbers[index] ?? 0 }));
  await tx
    .insert(orders)
    .values(
      numbered.map(({ orderNumber, lines: _lines, events: _events, ...order }) => ({ ...order, number: orderNumber })),
    );
  await tx
    .insert(orderLines)
    .values(
      numbered.flatMap(({ orderNumber, lines }) => lines.map((line, position) => ({ orderNumber, position, ...line }))),
    );
  await tx
    .insert(orderEvents)
    .values(numbered.flatMap(({ orderNumber, events }) => events.map((event) => ({ orderNumber, ...event }))));
}

/** Take rising ids from the sequence, as for any other order. */
async function reserveOrderNumbers(tx: Db, wanted: number): Promise<number[]> {
  const rows = await tx
    .select({ number: sql<number>`nextval(pg_get_serial_sequence('orders', 'number'))`.mapWith(Number) })
    .from(sql`generate_series(1, ${wanted}::int)`);
  return rows.map((row) => row.number);
}

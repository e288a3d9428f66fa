/** What the tests of orders start from: two users, a few products, and orders as a test needs them. */
import type { OrderStatus } from '../contract/order.ts';
import type { Db } from '../db/client.ts';
import { orderEvents, orderLines, orders, products, users } from '../db/schema.ts';
import { AppError } from '../errors.ts';
import { formatOrderNumber } from './order-number.ts';

export const ANNA = 1;
export const BEN = 2;
export const NOW = new Date('2026-03-14T09:26:53.589Z');

const PRODUCTS = [
  { sku: 'LAMP', name: 'Desk lamp', currency: 'EUR', unitPriceMinorUnits: 6900, available: true },
  { sku: 'SHELF', name: 'Oak shelf', currency: 'EUR', unitPriceMinorUnits: 12450, available: true },
  { sku: 'STOOL', name: 'Birch stool', currency: 'EUR', unitPriceMinorUnits: 9900, available: false },
  { sku: 'HOUSE', name: 'House', currency: 'EUR', unitPriceMinorUnits: 2_000_000_000, available: true },
  { sku: 'MUG', name: 'Enamel mug', currency: 'USD', unitPriceMinorUnits: 1600, available: true },
];

export async function insertUsersAndProducts(db: Db): Promise<void> {
  await db.insert(users).values([
    { id: ANNA, name: 'anna', passwordHash: 'x' },
    { id: BEN, name: 'ben', passwordHash: 'x' },
  ]);
  await db.insert(products).values(PRODUCTS);
}

interface GivenOrder {
  userId?: number;
  number?: number;
  status?: OrderStatus;
  placedAt?: Date;
  currency?: string;
  total?: number;
  note?: string | null;
  lines?: { name: string; sku?: string; quantity?: number }[];
}

/** Inserts an order as it is described, and returns its number as people see it. */
export async function insertOrder(
  db: Db,
  {
    userId = ANNA,
    number,
    status = 'pending',
    placedAt = NOW,
    currency = 'EUR',
    total = 6900,
    note = null,
    lines = [{ name: 'Desk lamp' }],
  }: GivenOrder = {},
): Promise<string> {
  const [row] = await db
    .insert(orders)
    .values({ number, userId, status, currency, totalMinorUnits: total, note, placedAt })
    .returning({ number: orders.number });
  if (!row) throw new Error('An inserted order did not come back.');
  const orderNumber = row.number;
  await db.insert(orderLines).values(
    lines.map(({ name, quantity = 1, sku }, position) => ({
      orderNumber,
      position,
      sku: sku ?? `SKU-${position}`,
      name,
      quantity,
      unitPriceMinorUnits: 100,
    })),
  );
  await db.insert(orderEvents).values({ orderNumber, status, at: placedAt });
  return formatOrderNumber(orderNumber);
}

/** The `AppError` that `doing` ends with; fails the test for another end. */
export async function rejectionOf(doing: Promise<unknown>): Promise<AppError> {
  const refused = await doing.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof AppError)) throw new Error('Was not refused by an AppError.', { cause: refused });
  return refused;
}

/** Place an order exactly once per idempotency key. */
import { createHash } from 'node:crypto';
import { and, count, eq, gt, inArray, lte, min, sql } from 'drizzle-orm';
import type { FieldIssue } from '../contract/error.ts';
import { Order, type PlaceOrderBody } from '../contract/order.ts';
import type { Db } from '../db/client.ts';
import { idempotencyKeys, orderEvents, orderLines, orders, products } from '../db/schema.ts';
import { AppError } from '../errors.ts';
import { orderHead } from './orders.ts';

/** More than a person places, fewer than a runaway program. */
const ORDERS_PER_WINDOW = 40;
const WINDOW_MS = 60_000;
/** A repeat may come late: a draft outlives a lost connection, and a session lasts as long. */
const KEY_LIFETIME_DAYS = 14;
/** Old keys deleted with each new order; more than one, so that they never pile up. */
const KEYS_CLEARED = 20;
const DAY_MS = 86_400_000;

type ProductRow = typeof products.$inferSelect;
type PricedLine = Order['lines'][number];

/**
 * Return the placed order with current prices and total. A key already used by this user returns its first answer; with another
 * body it throws `idempotency_mismatch`. Throws `invalid_request` with an issue at `lines.N.sku` for each line that cannot be
 * ordered, and `rate_limited` above 40 orders of one user in a minute; then nothing is stored, not even the key. The schema of `body` checks lengths and quantities.
 */
export async function placeOrder(
  db: Db,
  userId: number,
  body: PlaceOrderBody,
  idempotencyKey: string,
  now: Date,
): Promise<Order> {
  return db.transaction(async (tx) => {
    await clearOldKeys(tx, now);
    const earlier = await claimKey(tx, userId, idempotencyKey, hashBody(body), now);
    if (earlier) return earlier;
    await checkRate(tx, userId, now);
    const { currency, lines } = await priceLines(tx, body.lines);
    const order = await insertOrder(tx, userId, { currency, lines, note: noteOf(body) }, now);
    await tx
      .update(idempotencyKeys)
      .set({ answer: order })
      .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, idempotencyKey)));
    return order;
  });
}

/** Return the earlier answer, or null if this transaction has claimed the key. Waits while another transaction holds it. */
async function claimKey(tx: Db, userId: number, key: string, bodyHash: string, now: Date): Promise<Order | null> {
  const claimed = await tx
    .insert(idempotencyKeys)
    .values({ userId, key, bodyHash, createdAt: now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) return null;
  const [used] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key)));
  if (used?.bodyHash !== bodyHash) throw new AppError('idempotency_mismatch');
  // jsonb loses the order of fields; the schema restores it, so that a repeat is the same to the byte.
  return Order.parse(used.answer);
}

/** Counts orders, not requests, so repeats are free. Concurrent orders are not seen: a few more may pass. */
async function checkRate(tx: Db, userId: number, now: Date): Promise<void> {
  const at = (ms: number) => new Date(now.getTime() + ms);
  const [recent] = await tx
    .select({ count: count(), first: min(orders.placedAt) })
    .from(orders)
    // Excludes orders from before the clock was set back.
    .where(and(eq(orders.userId, userId), gt(orders.placedAt, at(-WINDOW_MS)), lte(orders.placedAt, at(WINDOW_MS))));
  if (!recent?.first || recent.count < ORDERS_PER_WINDOW) return;
  const waitMs = recent.first.getTime() + WINDOW_MS - now.getTime();
  throw new AppError('rate_limited', {
    message: 'Too many orders in one minute. Wait a moment and try again.',
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
  });
}

/** Written field by field, so that the order of fields in the request does not matter. */
function hashBody(body: PlaceOrderBody): string {
  const canonical = JSON.stringify([body.lines.map(({ sku, quantity }) => [sku, quantity]), noteOf(body)]);
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The note as written; only blanks means no note. */
function noteOf({ note }: PlaceOrderBody): string | null {
  return note?.trim() ? note : null;
}

async function priceLines(tx: Db, wanted: PlaceOrderBody['lines']): Promise<{ currency: string; lines: PricedLine[] }> {
  const skus = wanted.map((line) => line.sku);
  const rows = await tx.select().from(products).where(inArray(products.sku, skus));
  const known = new Map(rows.map((product) => [product.sku, product]));
  const currency = skus.map((sku) => known.get(sku)?.currency).find((code) => code !== undefined) ?? '';
  const issues: FieldIssue[] = [];
  const lines: PricedLine[] = [];
  for (const [index, { sku, quantity }] of wanted.entries()) {
    const product = known.get(sku);
    const message = skus.indexOf(sku) < index ? 'Is in the order twice.' : problemWith(product, currency);
    if (message) issues.push({ path: `lines.${index}.sku`, message });
    if (product) lines.push({ sku, name: product.name, quantity, unit_price_minor_units: product.unitPriceMinorUnits });
  }
  if (issues.length > 0) throw new AppError('invalid_request', { issues });
  return { currency, lines };
}

function problemWith(product: ProductRow | undefined, currency: string): string | null {
  if (!product) return 'Is not a product here.';
  if (!product.available) return 'Cannot be ordered at present.';
  if (product.currency !== currency) return `Is priced in ${product.currency}, the order is in ${currency}.`;
  return null;
}

async function insertOrder(
  tx: Db,
  userId: number,
  { currency, lines, note }: { currency: string; lines: PricedLine[]; note: string | null },
  now: Date,
): Promise<Order> {
  const totalMinorUnits = lines.reduce((sum, line) => sum + line.quantity * line.unit_price_minor_units, 0);
  const status = 'pending';
  const [row] = await tx
    .insert(orders)
    .values({ userId, status, currency, totalMinorUnits, note, placedAt: now })
    .returning();
  if (!row) throw new Error('An inserted order did not come back.');
  await tx.insert(orderLines).values(
    lines.map((line, position) => ({
      orderNumber: row.number,
      position,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPriceMinorUnits: line.unit_price_minor_units,
    })),
  );
  await tx.insert(orderEvents).values({ orderNumber: row.number, status, at: now });
  return { ...orderHead(row), lines, history: [{ status, at: now.toISOString() }] };
}

/** Delete a few at a time, without waiting for a concurrent request that deletes too. */
async function clearOldKeys(tx: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEY_LIFETIME_DAYS * DAY_MS).toISOString();
  const { userId, key, createdAt } = idempotencyKeys;
  await tx.execute(sql`
    delete from ${idempotencyKeys} where (${userId}, ${key}) in (
      select ${userId}, ${key} from ${idempotencyKeys} where ${createdAt} < ${before}
      order by ${createdAt} limit ${KEYS_CLEARED} for update skip locked
    )`);
}

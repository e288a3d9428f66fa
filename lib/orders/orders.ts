/** Read orders: one user's list, its counts, a single order, and the products. */
import { and, asc, count, desc, eq, inArray, not, type SQL, sql } from 'drizzle-orm';
import type {
  Order,
  OrderLine,
  OrderListAnswer,
  OrderListItem,
  OrderListQuery,
  OrderSort,
  OrderStatus,
  Product,
} from '../contract/order.ts';
import type { Db } from '../db/client.ts';
import { orderEvents, orderLines, orders, products } from '../db/schema.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';
import { formatOrderNumber, parseOrderNumber } from './order-number.ts';
import { ORDER_STATUSES } from './order-status.ts';
import { matchesSearch } from './search.ts';

/** How many lines a summary names. */
const SUMMARY_NAMES = 2;

/** Keyset pages: an order placed or cancelled meanwhile neither repeats nor hides another. */
export async function listOrders(db: Db, userId: number, query: OrderListQuery): Promise<OrderListAnswer> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.sort, query.cursor);
  // One more than requested shows whether a next page exists.
  const found = await db
    .select()
    .from(orders)
    .where(and(isListed(userId, query), after && isAfter(query.sort, after)))
    .orderBy(...sortColumns(query.sort).map(query.sort.startsWith('-') ? desc : asc))
    .limit(query.limit + 1);
  const page = found.slice(0, query.limit);
  const last = found.length > query.limit ? page.at(-1) : undefined;
  return {
    orders: await describe(db, page),
    next_cursor: last ? encodeCursor(query.sort, positionOf(query.sort, last)) : null,
  };
}

/** Count the orders that each filter would show for the same search. */
export async function countOrders(db: Db, userId: number, q?: string): Promise<Record<OrderStatus | 'all', number>> {
  const rows = await db
    .select({ status: orders.status, count: count() })
    .from(orders)
    .where(isListed(userId, { q }))
    .groupBy(orders.status);
  const counts = { all: 0, pending: 0, paid: 0, shipped: 0, delivered: 0, cancelled: 0 };
  for (const row of rows) {
    counts[row.status] = row.count;
    counts.all += row.count;
  }
  return counts;
}

/** Count the orders before the cursor; 0 without one. Throws as `listOrders` does. */
export async function countOrdersBefore(db: Db, userId: number, query: OrderListQuery): Promise<number> {
  if (query.cursor === undefined) return 0;
  const after = isAfter(query.sort, decodeCursor(query.sort, query.cursor));
  return db.$count(orders, and(isListed(userId, query), not(after)));
}

/** Return null for an unknown order, another user's order, and a `number` that is not an order number. */
export async function findOrder(db: Db, userId: number, number: string): Promise<Order | null> {
  const wanted = parseOrderNumber(number);
  if (wanted === null) return null;
  // One statement sees one moment: status and history cannot disagree.
  const [row] = await db
    .select({
      order: orders,
      lines: sql<OrderLine[]>`(${linesOfOrder})`,
      history: sql<Order['history']>`(${historyOfOrder})`,
    })
    .from(orders)
    .where(and(eq(orders.number, wanted), eq(orders.userId, userId)));
  if (!row) return null;
  return { ...orderHead(row.order), lines: row.lines, history: row.history };
}

/** The fields that an order has in every answer, in the contract's sequence. */
export function orderHead({ number, status, placedAt, currency, totalMinorUnits, note }: OrderRow) {
  return {
    number: formatOrderNumber(number),
    status,
    placed_at: placedAt.toISOString(),
    currency,
    total_minor_units: totalMinorUnits,
    note,
  };
}

export async function listProducts(db: Db): Promise<Product[]> {
  return db
    .select({
      sku: products.sku,
      name: products.name,
      currency: products.currency,
      unit_price_minor_units: products.unitPriceMinorUnits,
      available: products.available,
    })
    .from(products)
    .orderBy(asc(products.name), asc(products.sku));
}

type OrderRow = typeof orders.$inferSelect;

function isListed(userId: number, { status, q }: Pick<OrderListQuery, 'status' | 'q'>): SQL | undefined {
  return and(eq(orders.userId, userId), status && eq(orders.status, status), matchesSearch(q));
}

const isByDate = (sort: OrderSort) => sort === 'placed_at' || sort === '-placed_at';

/** Totals of different currencies cannot be compared, so the currency comes before them. */
function sortColumns(sort: OrderSort) {
  return isByDate(sort) ? [orders.placedAt, orders.number] : [orders.currency, orders.totalMinorUnits, orders.number];
}

function positionOf(sort: OrderSort, { placedAt, currency, totalMinorUnits, number }: OrderRow): Position {
  return isByDate(sort) ? [placedAt.getTime(), number] : [currency, totalMinorUnits, number];
}

/** A row comparison, which the index on the user and these columns serves. */
function isAfter(sort: OrderSort, [first, ...others]: Position): SQL {
  const values = [typeof first === 'number' ? new Date(first).toISOString() : first, ...others];
  const side = sort.startsWith('-') ? sql`<` : sql`>`;
  return sql`${rowOf(sortColumns(sort))} ${side} ${rowOf(values)}`;
}

function rowOf(members: unknown[]): SQL {
  const written = members.map((member) => sql`${member}`);
  return sql`(${sql.join(written, sql`, `)})`;
}

async function describe(db: Db, page: OrderRow[]): Promise<OrderListItem[]> {
  if (page.length === 0) return [];
  const numbers = page.map((order) => order.number);
  const rows = await db
    .select({
      number: orderLines.orderNumber,
      pieces: sql<number>`sum(${orderLines.quantity})::int`,
      lines: count(),
      names: sql<string[]>`(array_agg(${orderLines.name} order by ${orderLines.position}))[1:${SUMMARY_NAMES}]`,
    })
    .from(orderLines)
    .where(inArray(orderLines.orderNumber, numbers))
    .groupBy(orderLines.orderNumber);
  const linesOf = new Map(rows.map((row) => [row.number, row]));
  return page.map((order) => {
    const lines = linesOf.get(order.number);
    return {
      ...orderHead(order),
      item_count: lines?.pieces ?? 0,
      summary: summarize(lines?.names ?? [], lines?.lines ?? 0),
    };
  });
}

/** "Desk lamp", "Desk lamp and Oak shelf", "Desk lamp, Oak shelf and 2 more". */
function summarize(names: string[], lines: number): string {
  const more = lines - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(' and ');
}

const linesOfOrder = sql`select coalesce(json_agg(json_build_object(
    'sku', ${orderLines.sku},
    'name', ${orderLines.name},
    'quantity', ${orderLines.quantity},
    'unit_price_minor_units', ${orderLines.unitPriceMinorUnits}
  ) order by ${orderLines.position}), '[]')
  from ${orderLines} where ${orderLines.orderNumber} = ${orders.number}`;

const statuses = sql.join(
  ORDER_STATUSES.map((status) => sql`${status}`),
  sql`, `,
);

/** Events of the same millisecond are sorted by the sequence of statuses. */
const historyOfOrder = sql`select coalesce(json_agg(json_build_object(
    'status', ${orderEvents.status},
    'at', to_char(${orderEvents.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  ) order by ${orderEvents.at}, array_position(array[${statuses}], ${orderEvents.status})), '[]')
  from ${orderEvents} where ${orderEvents.orderNumber} = ${orders.number}`;

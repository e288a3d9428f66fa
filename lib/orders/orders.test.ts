/** What one user sees of the orders: lists, pages, searches, counts, a single one. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Order, OrderListAnswer, type OrderListItem, OrderListQuery, OrderSort } from '../contract/order.ts';
import type { Database, Db } from '../db/client.ts';
import { orders } from '../db/schema.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { formatOrderNumber } from './order-number.ts';
import { countOrders, countOrdersBefore, findOrder, listOrders, listProducts } from './orders.ts';
import { ANNA, BEN, insertOrder, insertUsersAndProducts, NOW, rejectionOf } from './test-orders.ts';

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
});

const list = (query: Record<string, unknown> = {}, userId = ANNA) =>
  listOrders(db, userId, OrderListQuery.parse(query));
const numbers = async (query: Record<string, unknown> = {}) => (await list(query)).orders.map((order) => order.number);
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

type Row = typeof orders.$inferSelect;

/** Amounts are compared within their currency alone. */
function compared(one: Row, other: Row, byTotal: boolean): number {
  const [first, second] = byTotal
    ? [one.currency.localeCompare(other.currency), one.totalMinorUnits - other.totalMinorUnits]
    : [one.placedAt.getTime() - other.placedAt.getTime(), 0];
  return first || second || one.number - other.number;
}

describe('the order list', () => {
  test('shows the newest first, and nothing of another user', async () => {
    const older = await insertOrder(db, { placedAt: minutesAgo(2) });
    const newer = await insertOrder(db, { placedAt: minutesAgo(1) });
    await insertOrder(db, { userId: BEN });
    expect(await numbers()).toEqual([newer, older]);
  });

  test('is as the contract has it', async () => {
    await insertOrder(db, { note: 'Ring <b>twice</b>', total: 3_000_000_000, status: 'paid' });
    const answer = await list();
    expect(OrderListAnswer.parse(answer)).toEqual(answer);
    expect(answer.orders[0]).toMatchObject({
      status: 'paid',
      placed_at: '2026-03-14T09:26:53.589Z',
      currency: 'EUR',
      total_minor_units: 3_000_000_000,
      note: 'Ring <b>twice</b>',
    });
  });

  test.each([
    [['Desk lamp'], 'Desk lamp'],
    [['Desk lamp', 'Oak shelf'], 'Desk lamp and Oak shelf'],
    [['Desk lamp', 'Oak shelf', 'Mug'], 'Desk lamp, Oak shelf and 1 more'],
    [['Desk lamp', 'Oak shelf', 'Mug', 'Rug'], 'Desk lamp, Oak shelf and 2 more'],
  ])('sums up %j as "%s" and counts pieces', async (names, summary) => {
    await insertOrder(db, { lines: names.map((name) => ({ name, quantity: 3 })) });
    const { orders } = await list();
    expect(orders).toEqual([expect.objectContaining({ summary, item_count: 3 * names.length })]);
  });

  const someOrders = fc.array(
    fc.record({
      placedAt: fc.constantFrom(NOW, minutesAgo(1), new Date(NOW.getTime() + 1)),
      currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
      totalMinorUnits: fc.constantFrom(5, 12, 250_000, 3_000_000_000),
      status: fc.constantFrom('paid' as const, 'shipped' as const),
      userId: fc.constantFrom(ANNA, ANNA, ANNA, BEN),
    }),
    { maxLength: 9 },
  );

  test.each(OrderSort.options)(
    'sorted by %s gives every order once over its pages, equal ones included',
    async (sort) => {
      await fc.assert(
        fc.asyncProperty(
          someOrders,
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(undefined, 'paid' as const),
          async (rows, limit, status) => {
            await db.delete(orders);
            const inserted = rows.length > 0 ? await db.insert(orders).values(rows).returning() : [];
            const listed: OrderListItem[] = [];
            let cursor: string | undefined;
            do {
              const query = OrderListQuery.parse({ sort, limit, status, cursor });
              expect(await countOrdersBefore(db, ANNA, query)).toBe(listed.length);
              const page: OrderListAnswer = await listOrders(db, ANNA, query);
              listed.push(...page.orders);
              cursor = page.next_cursor ?? undefined;
            } while (cursor);
            const expected = inserted
              .filter((row) => row.userId === ANNA && (status === undefined || row.status === status))
              .toSorted((one, other) => (sort.startsWith('-') ? -1 : 1) * compared(one, other, sort.endsWith('total')));
            expect(listed.map((order) => order.number)).toEqual(expected.map((row) => formatOrderNumber(row.number)));
          },
        ),
        { numRuns: 8 },
      );
    },
  );

  test('refuses a cursor by total that was written before totals were kept apart by currency', async () => {
    const cursor = Buffer.from(JSON.stringify(['-total', 6900, 1])).toString('base64url');
    expect((await rejectionOf(list({ sort: '-total', cursor }))).issues?.map(({ path }) => path)).toEqual(['cursor']);
  });

  test('has no next page after a last page that is full', async () => {
    await insertOrder(db);
    await insertOrder(db);
    expect((await list({ limit: 2 })).next_cursor).toBeNull();
  });

  test('keeps its pages in step while orders are placed', async () => {
    const first = await insertOrder(db, { placedAt: minutesAgo(3) });
    const second = await insertOrder(db, { placedAt: minutesAgo(2) });
    const page = await list({ limit: 1 });
    await insertOrder(db, { placedAt: minutesAgo(1) });
    expect(page.orders.map((order) => order.number)).toEqual([second]);
    expect(await numbers({ limit: 5, cursor: page.next_cursor })).toEqual([first]);
  });

  test('refuses a cursor that is not one of its own', async () => {
    await insertOrder(db);
    await insertOrder(db);
    const { next_cursor } = await list({ limit: 1 });
    for (const query of [{ cursor: 'nonsense' }, { cursor: next_cursor, sort: 'total' }]) {
      const refusal = await rejectionOf(list(query));
      expect(refusal.code).toBe('invalid_request');
      expect(refusal.issues?.map((issue) => issue.path)).toEqual(['cursor']);
    }
  });

  test('shows one status where one is asked for', async () => {
    await insertOrder(db, { status: 'pending' });
    const shipped = await insertOrder(db, { status: 'shipped' });
    expect(await numbers({ status: 'shipped' })).toEqual([shipped]);
  });
});

describe('the search', () => {
  test.each(['ord-0004', '000421', 'ORD-000421', ' 421 '])('finds the order ORD-000421 by %j', async (q) => {
    await insertOrder(db, { number: 421 });
    await insertOrder(db, { number: 7_777_777 });
    expect(await numbers({ q })).toEqual(['ORD-000421']);
  });

  test('finds a number of more than six digits by its last one', async () => {
    await insertOrder(db, { number: 1_234_567 });
    expect(await numbers({ q: 'ORD-1234567' })).toEqual(['ORD-1234567']);
  });

  test.each(['müller', 'MÜLLER', 'for Mül'])('finds a note and a line by %j, whatever the letter case', async (q) => {
    const byNote = await insertOrder(db, { note: 'For Müller', placedAt: minutesAgo(1) });
    const byLine = await insertOrder(db, {
      lines: [{ name: 'Desk lamp' }, { name: 'Card for Müller' }],
      placedAt: minutesAgo(2),
    });
    await insertOrder(db, { note: 'For Moller' });
    expect(await numbers({ q })).toEqual([byNote, byLine]);
  });

  test.each([
    '#421',
    'ORD-421',
    'ord421',
    'Ord 421',
    'ORD-000421',
    '#000421',
    'ORD–421',
    '＃４２１',
    '# 421',
    '“ORD-421”',
    'lamp ord-421',
  ])('finds the order 421 by %j, and no other number', async (q) => {
    await insertOrder(db, { number: 421 });
    await insertOrder(db, { number: 4_210 });
    await insertOrder(db, { number: 1_000_421, lines: [{ name: 'Rug' }] });
    expect(await numbers({ q })).toEqual(['ORD-000421']);
  });

  test('finds by wide digits and letters what was written with narrow ones', async () => {
    const narrow = await insertOrder(db, { note: 'ASH 421', placedAt: minutesAgo(1) });
    expect(await numbers({ q: '４２１ ＡＳＨ' })).toEqual([narrow]);
  });

  test.each([
    'chair-ash',
    'ASH chair',
    'chair  Ash',
    'chair\u3000ash',
    ' ash\tchair ',
    '"Ash chair"',
    'ash „chair“ CHAIR',
    'lamp chair',
    'neighbour ash',
  ])('finds an order by %j: every word, in any order, in number, products, SKUs or note', async (q) => {
    const wanted = await insertOrder(db, {
      lines: [{ name: 'Ash chair', sku: 'CHAIR-ASH' }, { name: 'Desk lamp' }],
      note: 'For the neighbour',
    });
    await insertOrder(db, { lines: [{ name: 'Ash table' }], note: 'no c h a i r' });
    expect(await numbers({ q })).toEqual([wanted]);
  });

  test('asks for every word', async () => {
    await insertOrder(db, { lines: [{ name: 'Ash chair' }] });
    expect(await numbers({ q: 'ash nothing' })).toEqual([]);
  });

  test('finds composed letters that were stored decomposed, and the other way round', async () => {
    const composed = await insertOrder(db, { note: 'Müller'.normalize('NFC'), placedAt: minutesAgo(1) });
    const decomposed = await insertOrder(db, { note: 'Müller'.normalize('NFD'), placedAt: minutesAgo(2) });
    for (const form of ['NFC', 'NFD']) {
      expect(await numbers({ q: 'müller'.normalize(form) }), form).toEqual([composed, decomposed]);
    }
  });

  test.each(['a '.repeat(50), '# '.repeat(50), '"'.repeat(100), '😀'.repeat(50)])(
    'takes %j, as long as it may be',
    async (q) => {
      await insertOrder(db, { number: 7, note: 'a' });
      expect((await list({ q: q.slice(0, 100) })).orders.length).toBeLessThanOrEqual(1);
    },
  );

  test.each(['%', '_', '\\', '50%', 'a_b', "'", '"', '#', '#0'])('takes %j for what it is', async (q) => {
    const wanted = await insertOrder(db, { note: `before ${q} after` });
    await insertOrder(db, { note: '50 acb' });
    expect(await numbers({ q })).toEqual([wanted]);
  });

  test('for nothing but blanks finds everything', async () => {
    const order = await insertOrder(db);
    expect(await numbers({ q: '  ' })).toEqual([order]);
  });
});

describe('the counts', () => {
  test('are of one user, by status and together', async () => {
    await insertOrder(db, { status: 'paid' });
    await insertOrder(db, { status: 'paid' });
    await insertOrder(db, { status: 'cancelled' });
    await insertOrder(db, { status: 'paid', userId: BEN });
    expect(await countOrders(db, ANNA)).toEqual({
      all: 3,
      pending: 0,
      paid: 2,
      shipped: 0,
      delivered: 0,
      cancelled: 1,
    });
  });

  test('are of what the search finds', async () => {
    await insertOrder(db, { status: 'paid', note: 'blue' });
    await insertOrder(db, { status: 'shipped', note: 'red' });
    expect(await countOrders(db, ANNA, 'BLUE')).toMatchObject({ all: 1, paid: 1, shipped: 0 });
  });
});

describe('one order', () => {
  test('comes with its lines in order and its history', async () => {
    const lines = [{ name: 'Oak shelf' }, { name: 'Zebra rug', quantity: 2 }, { name: 'Ash chair' }];
    const number = await insertOrder(db, { lines });
    const order = await findOrder(db, ANNA, number);
    expect(Order.parse(order)).toEqual(order);
    expect(order).toEqual({
      number,
      status: 'pending',
      placed_at: '2026-03-14T09:26:53.589Z',
      currency: 'EUR',
      total_minor_units: 6900,
      note: null,
      lines: [
        { sku: 'SKU-0', name: 'Oak shelf', quantity: 1, unit_price_minor_units: 100 },
        { sku: 'SKU-1', name: 'Zebra rug', quantity: 2, unit_price_minor_units: 100 },
        { sku: 'SKU-2', name: 'Ash chair', quantity: 1, unit_price_minor_units: 100 },
      ],
      history: [{ status: 'pending', at: '2026-03-14T09:26:53.589Z' }],
    });
  });

  test("is not found where it is another user's", async () => {
    const number = await insertOrder(db, { userId: BEN });
    expect(await findOrder(db, ANNA, number)).toBeNull();
    expect(await findOrder(db, BEN, number)).not.toBeNull();
  });

  test.each([
    '',
    'ORD-',
    'ORD-000000',
    'ORD-999999999999999',
    'ORD-99999999999999999999',
    '../ORD-000001',
    "ORD-000001' or 1=1",
  ])('is not found by %j', async (number) => {
    await insertOrder(db, { number: 1 });
    expect(await findOrder(db, ANNA, number)).toBeNull();
  });
});

test('the products are listed by name, those that cannot be ordered included', async () => {
  const products = await listProducts(db);
  expect(products.map((product) => product.name)).toEqual([
    'Birch stool',
    'Desk lamp',
    'Enamel mug',
    'House',
    'Oak shelf',
  ]);
  expect(products[0]).toEqual({
    sku: 'STOOL',
    name: 'Birch stool',
    currency: 'EUR',
    unit_price_minor_units: 9900,
    available: false,
  });
});

/** The order endpoints as a client sees them: statuses, headers and bodies. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import { startSession } from '../../../lib/auth/sessions/sessions.ts';
import { loadKeys } from '../../../lib/auth/tokens/keys.ts';
import { ErrorBody } from '../../../lib/contract/error.ts';
import { Order, OrderListAnswer, ProductListAnswer } from '../../../lib/contract/order.ts';
import { type Database, provideDatabase } from '../../../lib/db/client.ts';
import { openTestDatabase } from '../../../lib/db/test-database.ts';
import { ANNA, BEN, insertUsersAndProducts } from '../../../lib/orders/test-orders.ts';
import * as product from '../product/route.ts';
import * as cancel from './[number]/cancel/route.ts';
import * as single from './[number]/route.ts';
import * as list from './route.ts';

const URL = 'http://localhost:3000/api/order';
const LAMP = { lines: [{ sku: 'LAMP', quantity: 2 }] };

let database: Database;
let anna: string;
let ben: string;

beforeAll(async () => {
  database = await openTestDatabase();
  provideDatabase(database);
  await loadKeys({ authSecrets: [{ id: 'test', secret: randomBytes(32).toString('base64url') }], dataDir: '' });
  await insertUsersAndProducts(database.db);
  anna = await accessToken(ANNA);
  ben = await accessToken(BEN);
});
afterAll(() => database.close());

async function accessToken(userId: number): Promise<string> {
  const now = new Date();
  const session = await startSession(database.db, userId, { address: '', userAgent: '' }, now);
  return (await issueTokens(session, now)).accessToken;
}

interface Sent {
  method?: string;
  path?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
}

function request({ method = 'GET', path = '', token = anna, headers = {}, body }: Sent): Request {
  const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Request(URL + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...type, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const params = (number?: string) => ({ params: Promise.resolve(number === undefined ? {} : { number }) });
const getList = (path = '', token?: string) => list.GET(request({ path, token }), params());
const getOne = (number: string, token?: string) => single.GET(request({ token }), params(number));
const post = (body: unknown, headers: Record<string, string> = { 'Idempotency-Key': crypto.randomUUID() }) =>
  list.POST(request({ method: 'POST', body, headers }), params());
const postCancel = (number: string, token?: string) => cancel.POST(request({ method: 'POST', token }), params(number));
const place = async () => Order.parse(await (await post(LAMP)).json());

async function expectRefusal(response: Response, status: number, error: string, paths?: string[]) {
  const body = ErrorBody.parse(await response.json());
  expect([response.status, body.error]).toEqual([status, error]);
  if (paths) expect(body.issues?.map((issue) => issue.path)).toEqual(paths);
}

describe('POST /api/order', () => {
  test('answers 201 with the order and where it is', async () => {
    const response = await post(LAMP);
    const order = Order.parse(await response.json());
    expect(response.status).toBe(201);
    expect(response.headers.get('Location')).toBe(`/api/order/${order.number}`);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(order).toMatchObject({ status: 'pending', total_minor_units: 13800 });
  });

  test('gives a repeat the same answer', async () => {
    const headers = { 'Idempotency-Key': 'again' };
    const [first, second] = [await post(LAMP, headers), await post(LAMP, headers)];
    expect([second.status, second.headers.get('Location'), await second.text()]).toEqual([
      first.status,
      first.headers.get('Location'),
      await first.text(),
    ]);
  });

  test('refuses the key of another body with 422', async () => {
    const headers = { 'Idempotency-Key': 'used' };
    await post(LAMP, headers);
    await expectRefusal(await post({ lines: [{ sku: 'SHELF', quantity: 1 }] }, headers), 422, 'idempotency_mismatch');
  });

  test.each([
    [{}],
    [{ 'Idempotency-Key': '' }],
    [{ 'Idempotency-Key': 'two words' }],
    [{ 'Idempotency-Key': 'x'.repeat(256) }],
  ])('refuses the key of %j', async (headers) => {
    await expectRefusal(await post(LAMP, headers), 400, 'invalid_request', ['Idempotency-Key']);
  });

  test.each([
    ['no line', { lines: [] }, ['lines']],
    ['too many lines', { lines: Array(51).fill({ sku: 'LAMP', quantity: 1 }) }, ['lines']],
    ['none of a product', { lines: [{ sku: 'LAMP', quantity: 0 }] }, ['lines.0.quantity']],
    ['half a product', { lines: [{ sku: 'LAMP', quantity: 0.5 }] }, ['lines.0.quantity']],
    ['a thousand', { lines: [{ sku: 'LAMP', quantity: 1000 }] }, ['lines.0.quantity']],
    ['a product that is not ours', { lines: [{ sku: 'X', quantity: 1 }] }, ['lines.0.sku']],
    ['a NUL in a sku', { lines: [{ sku: 'a\0b', quantity: 1 }] }, ['lines.0.sku']],
    ['too long a note', { ...LAMP, note: 'x'.repeat(501) }, ['note']],
  ])('refuses %s, and says where', async (_what, body, paths) => {
    await expectRefusal(await post(body), 400, 'invalid_request', paths);
  });

  test('takes neither price, total, status nor owner from the client', async () => {
    const response = await post({
      ...LAMP,
      total_minor_units: 1,
      status: 'delivered',
      user_id: BEN,
      number: 'ORD-000009',
    });
    const order = Order.parse(await response.json());
    expect(order).toMatchObject({ status: 'pending', total_minor_units: 13800 });
    expect((await getOne(order.number)).status).toBe(200);
    expect((await getOne(order.number, ben)).status).toBe(404);
  });
});

describe('GET /api/order', () => {
  test('answers a page and the way to the next one', async () => {
    await place();
    await place();
    const first = OrderListAnswer.parse(await (await getList('?limit=1')).json());
    const next = OrderListAnswer.parse(await (await getList(`?limit=1&cursor=${first.next_cursor}`)).json());
    expect(first.orders).toHaveLength(1);
    expect(next.orders).toHaveLength(1);
    expect(next.orders).not.toEqual(first.orders);
  });

  test("shows nothing of another user's", async () => {
    await place();
    expect(await (await getList('', ben)).json()).toEqual({ orders: [], next_cursor: null });
  });

  test.each([
    ['status=lost', 'status'],
    ['sort=name', 'sort'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=x', 'cursor'],
    ['cursor=', 'cursor'],
    [`q=${'x'.repeat(101)}`, 'q'],
    ['q=%00', 'q'],
  ])('refuses ?%s', async (query, path) => {
    await expectRefusal(await getList(`?${query}`), 400, 'invalid_request', [path]);
  });
});

describe('one order', () => {
  test('is answered by its number', async () => {
    const order = await place();
    const response = await getOne(order.number);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(order);
  });

  test('of another user gets the very answer of one that does not exist', async () => {
    const order = await place();
    for (const ask of [getOne, postCancel]) {
      const [others, none] = [await ask(order.number, ben), await ask('ORD-999999', ben)];
      expect(await others.clone().text()).toBe(await none.text());
      await expectRefusal(others, 404, 'order_not_found');
    }
  });

  test('is cancelled once', async () => {
    const order = await place();
    const response = await postCancel(order.number);
    expect(response.status).toBe(200);
    expect(Order.parse(await response.json())).toMatchObject({ number: order.number, status: 'cancelled' });
    await expectRefusal(await postCancel(order.number), 409, 'order_not_cancellable');
  });
});

test('GET /api/product answers the products', async () => {
  const response = await product.GET(request({}), params());
  expect(response.status).toBe(200);
  expect(ProductListAnswer.parse(await response.json()).products).toHaveLength(5);
});

describe('without a live access token', () => {
  test.each([
    ['the list', () => getList('', 'x')],
    ['placing', () => list.POST(request({ method: 'POST', token: 'x', body: LAMP }), params())],
    ['an order', () => getOne('ORD-000001', 'x')],
    ['cancelling', () => postCancel('ORD-000001', 'x')],
    ['the products', () => product.GET(request({ token: 'x' }), params())],
  ])('%s is refused with 401', async (_what, ask) => {
    await expectRefusal(await ask(), 401, 'invalid_token');
  });
});

test.each([
  ['order', list.DELETE, 'GET, HEAD, POST, OPTIONS'],
  ['order/{number}', single.PUT, 'GET, HEAD, OPTIONS'],
  ['order/{number}/cancel', cancel.GET, 'POST, OPTIONS'],
  ['product', product.POST, 'GET, HEAD, OPTIONS'],
])('/api/%s names the methods it takes', async (_path, handler, allow) => {
  const response = await handler(request({}), params());
  expect(response.headers.get('Allow')).toBe(allow);
  await expectRefusal(response, 405, 'method_not_allowed');
});

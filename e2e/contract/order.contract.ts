import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newProofKey } from '../../lib/auth/binding/test-proof.ts';
import { Order, OrderListAnswer, type OrderListItem, ProductListAnswer } from '../../lib/contract/order.ts';
import { HOSTILE_BODIES, HOSTILE_VALUES } from '../support/hostile.ts';
import { CROSS_SITE, SAME_ORIGIN, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN, makeToken, SERVER_ENV, unsigned } from '../support/tokens.ts';

let server: Server;
let admin: Visitor;
let guest: Visitor;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
  admin = new Visitor(server.url);
  guest = new Visitor(server.url);
  await admin.signIn();
  await guest.signIn('guest', '654321');
});
afterAll(() => server.stop());

const place = (visitor: Visitor, json: unknown, key: string = randomUUID(), headers = {}) =>
  visitor.send('/api/order', { method: 'POST', json, headers: { 'idempotency-key': key, ...headers } });

async function someProducts(currency = 'EUR') {
  const products = ProductListAnswer.parse((await guest.send('/api/product')).json).products;
  return products.filter((product) => product.available && product.currency === currency);
}

async function someLines(quantity = 2) {
  return (await someProducts()).slice(0, 2).map(({ sku }) => ({ sku, quantity }));
}

async function orderCount(visitor: Visitor): Promise<number> {
  let count = 0;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: OrderListAnswer = (await visitor.send(`/api/order?limit=100${cursor && `&cursor=${cursor}`}`)).json;
    count += page.orders.length;
    cursor = page.next_cursor;
  }
  return count;
}

const GUARDED: [method: string, path: string][] = [
  ['GET', '/api/order'],
  ['POST', '/api/order'],
  ['GET', '/api/order/ORD-000001'],
  ['POST', '/api/order/ORD-000001/cancel'],
  ['GET', '/api/product'],
  ['GET', '/api/session'],
  ['GET', '/api/sessions'],
  ['DELETE', '/api/sessions'],
  ['DELETE', '/api/sessions/AAAAAAAAAAAAAAAAAAAAAA'],
  ['PUT', '/api/password'],
];
/** Valid bodies: a body is checked before the credential. */
const BODIES: Record<string, { json: unknown }> = {
  'POST /api/order': { json: { lines: [{ sku: 'x', quantity: 1 }] } },
  'PUT /api/password': { json: { current: '123456', new: 'violet lantern orchard' } },
};

describe.each(GUARDED)('%s %s', (method, path) => {
  const body = BODIES[`${method} ${path}`] ?? {};
  const call = (headers: Record<string, string>) => send(server.url, path, { method, headers, ...body });
  const unauthorized = { error: 'invalid_token', message: 'User must be authorized.' };

  test('without credentials is 401 with a bare challenge', async () => {
    const answer = await call({});
    expect([answer.status, answer.json, answer.headers['www-authenticate']]).toEqual([401, unauthorized, 'Bearer']);
  });

  test('with a refresh token is 403', async () => {
    const answer = await call({ authorization: `Bearer ${await makeToken({ kind: 'refresh' })}` });
    expect([answer.status, answer.json]).toEqual([
      403,
      { error: 'wrong_token_kind', message: 'Do not use refresh token.' },
    ]);
  });

  test.each([
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1_000) - 1 } }],
    ['of another audience', { claims: { aud: `${APP_ORIGIN}/api/refresh_token` } }],
    ['re-signed with another key', { wrongKey: true }],
    ['that lives ten years', { claims: { exp: Math.floor(Date.now() / 1_000) + 315_360_000 } }],
    ['of an unknown key', { header: { kid: "' OR 1=1--" } }],
  ])('with an access token %s is 401', async (_, changes) => {
    const answer = await call({ authorization: `Bearer ${await makeToken(changes)}` });
    expect([answer.status, answer.json]).toEqual([401, unauthorized]);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  test('with garbage is 401', async () => {
    const good = await makeToken();
    const [header, payload, signature = ''] = good.split('.');
    const [, otherPayload, otherSignature] = (await makeToken({ claims: { user_id: 12 } })).split('.');
    for (const token of [
      'x',
      `${header}.${otherPayload}.${signature}`,
      `${header}.${payload}.${otherSignature}`,
      `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${good}.x.y`,
      `${good}=`,
      good.slice(0, -4),
      unsigned(good),
      '.'.repeat(5_000),
      `{"token":"${good}"}`,
    ]) {
      expect((await call({ authorization: `Bearer ${token}` })).status, token.slice(0, 40)).toBe(401);
      expect((await call({ cookie: `access_token=${token}` })).status, token.slice(0, 40)).toBe(401);
    }
    for (const authorization of ['Bearer', 'Basic YTpi', good, `Token ${good}`])
      expect((await call({ authorization })).status).toBe(401);
  });

  test('a token in the address is ignored', async () => {
    const answer = await send(server.url, `${path}?access_token=${admin.jar.get('access_token')}`, { method, ...body });
    expect(answer.status).toBe(401);
  });
});

test('a token that names the address of its key gets 401, and the address is not requested', async () => {
  let asked = 0;
  const elsewhere = createServer((_, response) => {
    asked += 1;
    response.end('{"keys":[]}');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/keys`;
  const { privateKey, jwk } = await newProofKey();
  for (const header of [{ jku: address }, { x5u: address }, { jwk }, { kid: address }, { x5c: ['AAAA'] }]) {
    const { kid = 'test' } = header as { kid?: string };
    const claims = { ...decodeJwt(await makeToken()) };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'access+jwt', ...header, kid })
      .sign(privateKey);
    const sent = [token, await makeToken({ header, wrongKey: true })];
    for (const wrong of sent) {
      const answer = await send(server.url, '/api/order', { headers: { authorization: `Bearer ${wrong}` } });
      expect([answer.status, Object.keys(header)]).toEqual([401, Object.keys(header)]);
    }
  }
  elsewhere.close();
  expect(asked).toBe(0);
});

describe('listing orders', () => {
  const list = async (query: string) => OrderListAnswer.parse((await admin.send(`/api/order?${query}`)).json);

  test('answers twenty, newest first, and a cursor to the next', async () => {
    const page = await list('');
    expect(page.orders).toHaveLength(20);
    const instants = page.orders.map((order) => Date.parse(order.placed_at));
    expect(instants).toEqual(instants.toSorted((a, b) => b - a));
    expect(page.next_cursor).toEqual(expect.any(String));
  });

  test('its pages hold every order once', async () => {
    const orders: OrderListItem[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: OrderListAnswer = await list(`limit=50&sort=total${cursor && `&cursor=${cursor}`}`);
      orders.push(...page.orders);
      cursor = page.next_cursor;
    }
    expect(new Set(orders.map((order) => order.number)).size).toBe(orders.length);
    expect(orders.length).toBe(await orderCount(admin));
    // One group per currency, smallest total first.
    const runs = Map.groupBy(orders, (order) => order.currency);
    expect([...runs.keys()]).toEqual(['EUR', 'JPY', 'KWD', 'USD']);
    expect([...runs.values()].flat()).toEqual(orders);
    for (const run of runs.values()) {
      const totals = run.map((order) => order.total_minor_units);
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    }
  });

  test('filters by status and searches', async () => {
    const paid = await list('status=paid&limit=100');
    expect(new Set(paid.orders.map((order) => order.status))).toEqual(new Set(['paid']));
    const [first] = paid.orders;
    const found = await list(`q=${first?.number.toLowerCase()}`);
    expect(found.orders.map((order) => order.number)).toContain(first?.number);
    const exact = await list(`q=%23${Number(first?.number.slice(4))}`);
    expect(exact.orders.map((order) => order.number)).toEqual([first?.number]);
    expect((await list('q=%25%25%25no%20such%20thing')).orders).toEqual([]);
  });

  test.each([
    'status=lost',
    'sort=name',
    'limit=0',
    'limit=101',
    'limit=ten',
    'cursor=nonsense',
    'cursor=%00',
    `cursor=${Buffer.from('["total",6900,1]').toString('base64url')}&sort=total`,
    'q=%00',
    `q=${'x'.repeat(101)}`,
  ])('refuses %s', async (query) => {
    const answer = await admin.send(`/api/order?${query}`);
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request']);
    expect(answer.json.issues[0].path).toBe(query.split('=')[0]);
  });

  test('ignores whose orders the address asks for', async () => {
    const own = await guest.send('/api/order?limit=100');
    expect((await guest.send('/api/order?limit=100&user_id=11')).text).toBe(own.text);
  });

  test('is not handed to another site’s page', async () => {
    const answer = await admin.send('/api/order', { headers: { ...CROSS_SITE, 'sec-fetch-mode': 'no-cors' } });
    expect([answer.status, answer.json.error]).toEqual([403, 'cross_site_request']);
  });
});

describe('placing an order', () => {
  test('answers the order with the server’s prices and total, and its Location', async () => {
    const products = await someProducts();
    const lines = await someLines(3);
    const answer = await place(guest, {
      lines,
      note: '<b>&"\' 💐',
      total_minor_units: 1,
      user_id: 11,
      status: 'delivered',
    });
    expect(answer.status).toBe(201);
    const order = Order.parse(answer.json);
    expect(order).toMatchObject({
      status: 'pending',
      currency: 'EUR',
      note: '<b>&"\' 💐',
      history: [{ status: 'pending' }],
    });
    const price = (sku: string) =>
      products.find((product) => product.sku === sku)?.unit_price_minor_units ?? Number.NaN;
    expect(order.total_minor_units).toBe(lines.reduce((sum, { sku, quantity }) => sum + quantity * price(sku), 0));
    expect(answer.headers.location).toBe(`/api/order/${order.number}`);
    expect((await guest.send(answer.headers.location ?? '')).json).toEqual(answer.json);
    expect((await admin.send(answer.headers.location ?? '')).status).toBe(404);
  });

  test('twenty times at once with one key places one order and gives twenty equal answers', async () => {
    const before = await orderCount(guest);
    const [lines, key] = [await someLines(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(guest, { lines }, key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await orderCount(guest)).toBe(before + 1);
  });

  test('with a used key and another body is 422 and places nothing', async () => {
    const key = randomUUID();
    await place(guest, { lines: await someLines(1) }, key);
    const before = await orderCount(guest);
    const answer = await place(guest, { lines: await someLines(2) }, key);
    expect([answer.status, answer.json.error]).toEqual([422, 'idempotency_mismatch']);
    expect(await orderCount(guest)).toBe(before);
  });

  test('with another user’s key is a separate order', async () => {
    const [lines, key] = [await someLines(), randomUUID()];
    const [first, second] = [await place(guest, { lines }, key), await place(admin, { lines }, key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.json.number).not.toBe(second.json.number);
  });

  test.each([
    ['quantity 0', 'lines.0.quantity', 0],
    ['quantity -1', 'lines.0.quantity', -1],
    ['quantity 1.5', 'lines.0.quantity', 1.5],
    ['quantity 10⁹', 'lines.0.quantity', 1e9],
    ['quantity as text', 'lines.0.quantity', '1'],
    ['quantity null', 'lines.0.quantity', null],
  ])('with %s is refused', async (_, path, quantity) => {
    const [product] = await someProducts();
    const answer = await place(guest, { lines: [{ sku: product?.sku, quantity }] });
    expect([answer.status, answer.json.issues[0].path]).toEqual([400, path]);
  });

  test('of nothing, of too much, of unknown, repeated or unavailable products, or of two currencies is refused and places nothing', async () => {
    const before = await orderCount(guest);
    const [euro] = await someProducts('EUR');
    const [dollar] = await someProducts('USD');
    const unavailable = ProductListAnswer.parse((await guest.send('/api/product')).json).products.find(
      (product) => !product.available,
    );
    const line = { sku: euro?.sku, quantity: 1 };
    const bad: unknown[] = [
      {},
      { lines: null },
      { lines: {} },
      { lines: [] },
      { lines: Array(51).fill(line) },
      { lines: [{ sku: 'no such product', quantity: 1 }] },
      { lines: [{ sku: 'a\0b', quantity: 1 }] },
      { lines: [{ sku: 'a\ud800', quantity: 1 }] },
      { lines: [line, line] },
      { lines: [{ sku: unavailable?.sku, quantity: 1 }] },
      { lines: [line, { sku: dollar?.sku, quantity: 1 }] },
      { lines: [line], note: 'x'.repeat(501) },
      { lines: [line], note: 'a\0b' },
      { lines: [line], note: 7 },
    ];
    for (const body of bad) {
      const answer = await place(guest, body);
      expect([answer.status, answer.json?.error], JSON.stringify(body).slice(0, 80)).toEqual([400, 'invalid_request']);
    }
    expect(await orderCount(guest)).toBe(before);
  });

  test.each(HOSTILE_VALUES)('with %s in a field is refused and places nothing', async (name, value) => {
    const before = await orderCount(guest);
    const [line] = await someLines();
    const bodies: Record<string, unknown> = {
      lines: { lines: value },
      'lines.0': { lines: [value] },
      'lines.0.sku': { lines: [{ ...line, sku: value }] },
      'lines.0.quantity': { lines: [{ ...line, quantity: value }] },
      note: { lines: [line], note: value },
    };
    // For this field the value is valid.
    if (name === 'a number') delete bodies['lines.0.quantity'];
    if (['missing', 'null', 'empty'].includes(name)) delete bodies.note;
    for (const [path, body] of Object.entries(bodies)) {
      const answer = await place(guest, body);
      expect([path, answer.status, answer.json.error]).toEqual([path, 400, 'invalid_request']);
      expect(answer.json.issues[0].path).toMatch(new RegExp(`^${path}`));
    }
    expect(await orderCount(guest)).toBe(before);
  });

  test('a note is stored as it was written, and escaped only in the page', async () => {
    const note = '<b>&"\' &amp; \\u003c 💐';
    const { number } = (await place(guest, { lines: await someLines(), note })).json;
    expect((await guest.send(`/api/order/${number}`)).json.note).toBe(note);
    const { status, text } = await guest.send(`/order/${number}`);
    expect([status, text.includes('<b>')]).toEqual([200, false]);
    expect(text).toContain('&lt;b&gt;&amp;&quot;&#x27; &amp;amp; \\u003c 💐');
  });

  test.each(HOSTILE_BODIES)('with a body that is %s is 400', async (_, body) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    expect((await guest.send('/api/order', { method: 'POST', body, headers })).status).toBe(400);
  });

  test('without an Idempotency-Key, or with an odd one, is 400', async () => {
    const json = { lines: await someLines() };
    const missing = await guest.send('/api/order', { method: 'POST', json });
    expect([missing.status, missing.json.issues[0].path]).toEqual([400, 'Idempotency-Key']);
    for (const key of ['x'.repeat(256), 'a b', 'ü']) expect((await place(guest, json, key)).status, key).toBe(400);
  });

  test('from another site, or as plain text, is refused and places nothing', async () => {
    const before = await orderCount(guest);
    const json = { lines: await someLines() };
    expect((await place(guest, json, randomUUID(), CROSS_SITE)).status).toBe(403);
    const headers = { 'content-type': 'text/plain', 'idempotency-key': randomUUID() };
    expect((await guest.send('/api/order', { method: 'POST', body: JSON.stringify(json), headers })).status).toBe(415);
    expect(await orderCount(guest)).toBe(before);
  });

  test('for a page rendered for another user is 409 and places nothing', async () => {
    const before = await orderCount(guest);
    const json = { lines: await someLines() };
    const answer = await place(guest, json, randomUUID(), { ...SAME_ORIGIN, 'tandem-user': '11' });
    expect([answer.status, answer.json.error]).toEqual([409, 'user_changed']);
    expect(await orderCount(guest)).toBe(before);
    expect((await place(guest, json, randomUUID(), { ...SAME_ORIGIN, 'tandem-user': '12' })).status).toBe(201);
  });
});

describe('one order', () => {
  test.each([
    'ORD-999999999',
    'ORD-000000',
    'ORD-1',
    'ORD-99999999999999999999999',
    'nonsense',
    '%00',
    "x' OR '1'='1",
    '__proto__',
  ])('%s is 404', async (number) => {
    for (const [method, path] of [
      ['GET', `/api/order/${encodeURIComponent(number)}`],
      ['POST', `/api/order/${encodeURIComponent(number)}/cancel`],
    ] as const) {
      const answer = await guest.send(path, { method });
      expect([answer.status, answer.json.error], method).toEqual([404, 'order_not_found']);
    }
  });

  test('of another user looks like one that does not exist', async () => {
    const foreign = (await admin.send('/api/order?limit=1')).json.orders[0].number;
    const answers = await Promise.all([guest.send(`/api/order/${foreign}`), guest.send('/api/order/ORD-999999999')]);
    expect(answers[0].text).toBe(answers[1].text);
    expect((await guest.send(`/api/order/${foreign}/cancel`, { method: 'POST' })).status).toBe(404);
  });

  test('can be cancelled while it is pending, once', async () => {
    const { number } = (await place(guest, { lines: await someLines() })).json;
    const answer = await guest.send(`/api/order/${number}/cancel`, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(Order.parse(answer.json)).toMatchObject({
      status: 'cancelled',
      history: [{ status: 'pending' }, { status: 'cancelled' }],
    });
    const again = await guest.send(`/api/order/${number}/cancel`, { method: 'POST' });
    expect([again.status, again.json.error]).toEqual([409, 'order_not_cancellable']);
  });

  test('that was delivered cannot be cancelled, and stays unchanged', async () => {
    const { number } = (await admin.send('/api/order?status=delivered&limit=1')).json.orders[0];
    const before = (await admin.send(`/api/order/${number}`)).text;
    expect((await admin.send(`/api/order/${number}/cancel`, { method: 'POST' })).status).toBe(409);
    expect((await admin.send(`/api/order/${number}`)).text).toBe(before);
  });
});

describe('more orders than a person places', () => {
  test('are refused with the seconds to wait, and other people still order', async () => {
    const lines = await someLines();
    const answers: Awaited<ReturnType<typeof place>>[] = [];
    for (let round = 0; round < 6; round += 1)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => place(admin, { lines })))));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers, json } of refused) {
      expect([status, json.error]).toEqual([429, 'rate_limited']);
      expect(headers['retry-after']).toMatch(/^[1-9]\d?$/);
    }
    expect((await place(guest, { lines })).status).toBe(201);
  });
});

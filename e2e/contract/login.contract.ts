import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_BODIES, HOSTILE_VALUES } from '../support/hostile.ts';
import { CROSS_SITE, NATIVE_FORM, SAME_ORIGIN, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN, makeToken, SERVER_ENV } from '../support/tokens.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
});
afterAll(() => server.stop());

const GOOD = { name: 'admin', pwd: '123456' };
const login = (json: unknown, headers = {}) => send(server.url, '/api/login', { method: 'POST', json, headers });
const form = (fields: Record<string, string>, headers: Record<string, string> = NATIVE_FORM) =>
  send(server.url, '/api/login', { method: 'POST', form: fields, headers });
const RATE_LIMITED = /^\/login\?notice=rate_limited&retryAt=\d{10}$/;

test('signing in by JSON answers the user and both lifetimes, and sets the tokens only as cookies', async () => {
  const answer = await login(GOOD);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ user: { id: 11, name: 'admin' }, expires_in: 7_200, refresh_expires_in: 1_209_600 });
  expect(answer.text).not.toMatch(/eyJ|Fe26/);
  expect(answer.setCookies.sort()).toEqual([
    expect.stringMatching(/^access_token=eyJ[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7200; Priority=High$/),
    expect.stringMatching(/^login_hint=[\w-]+; Path=\/login; HttpOnly; SameSite=Lax; Max-Age=1814400$/),
    expect.stringMatching(
      /^refresh_token=Fe26\.2\*[^;]+; Path=\/api\/refresh_token; HttpOnly; SameSite=Strict; Max-Age=1209600; Priority=High$/,
    ),
    expect.stringMatching(/^session_hint=11\.\d{10}\.7200; Path=\/; SameSite=Lax; Max-Age=1209600; Priority=High$/),
  ]);
});

test.each([
  ['JSON', () => login(GOOD, { cookie: 'sign_out=11.3' })],
  ['a native form post', () => form(GOOD, { ...NATIVE_FORM, cookie: 'sign_out=11.3' })],
])('signing in by %s clears the unfinished sign-out of a closed page', async (_, signIn) => {
  const { setCookies } = await signIn();
  expect(setCookies).toHaveLength(5);
  expect(setCookies).toContain('sign_out=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
});

test('signing in by a form-encoded body without a browser answers the same JSON', async () => {
  const answer = await send(server.url, '/api/login', { method: 'POST', form: GOOD });
  expect(answer.status).toBe(200);
  expect(answer.json.user).toEqual({ id: 11, name: 'admin' });
});

test('a native form post goes to the orders, or back to the page asked for', async () => {
  const home = await form(GOOD);
  expect([home.status, home.headers.location]).toEqual([303, '/order']);
  expect(home.setCookies).toHaveLength(4);
  const back = await form({ ...GOOD, returnTo: '/order/ORD-000123?x=1#lines' });
  expect([back.status, back.headers.location]).toEqual([303, '/order/ORD-000123?x=1#lines']);
});

test('a native form post with a wrong password goes back to the form with a notice, which has the name and nothing of it in its address', async () => {
  const answer = await form({ ...GOOD, pwd: 'wrong', returnTo: '/account' });
  expect([answer.status, answer.headers.location]).toEqual([
    303,
    '/login?notice=invalid_credentials&returnTo=%2Faccount',
  ]);
  expect(answer.setCookies).toEqual([
    expect.stringMatching(/^login_hint=[\w-]+; Path=\/login; HttpOnly; SameSite=Lax; Max-Age=60$/),
  ]);
  const cookie = answer.setCookies[0]?.split(';')[0] ?? '';
  const page = await send(server.url, '/login?notice=invalid_credentials', { headers: { cookie } });
  expect(page.text).toMatch(/<input[^>]* value="admin"/);
  expect(page.text).toContain('Wrong name or password.');
});

test.each([
  [{ name: 'admin', pwd: '' }, 'password_missing', 'Fill in the password.'],
  [{ name: '', pwd: 'x' }, 'name_missing', 'Fill in the name.'],
  [{}, 'fields_missing', 'Fill in both name and password.'],
  [{ name: 'x'.repeat(300), pwd: 'x' }, 'name_too_long', 'This name is too long.'],
  [{ name: 'admin', pwd: 'x'.repeat(300) }, 'password_too_long', 'This password is too long.'],
  [{ name: 'ad\0min', pwd: 'x' }, 'invalid_request', 'The server could not read this form.'],
  [{ name: 'admin', pwd: 'x', transport: 'pigeon' }, 'invalid_request', 'The server could not read this form.'],
])('a native form post with wrong fields goes back to a form that says which: %#', async (fields, notice, sentence) => {
  const answer = await form(fields);
  expect([answer.status, answer.headers.location]).toEqual([303, `/login?notice=${notice}`]);
  expect((await send(server.url, answer.headers.location ?? '')).text).toContain(sentence);
});

test.each([
  '//evil.test',
  '/\\evil.test',
  '/%09/evil.test',
  'https:evil.test',
  'javascript:alert(1)',
  'data:text/html,x',
  'http://localhost:3000.evil.test',
  '/@evil.test/..//evil.test',
  '/.//evil.test',
  '/order\r\nSet-Cookie: x=1',
])('returnTo %j stays on our origin', async (returnTo) => {
  const { headers, status, setCookies } = await form({ ...GOOD, returnTo });
  expect(status).toBe(303);
  expect(new URL(headers.location ?? '', APP_ORIGIN).origin).toBe(APP_ORIGIN);
  expect(setCookies.join()).not.toContain('x=1');
});

test('bearer mode answers the tokens in the body and sets no cookie', async () => {
  const answer = await login({ ...GOOD, transport: 'bearer' });
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    token: expect.stringMatching(/^eyJ/),
    refresh_token: expect.stringMatching(/^eyJ/),
    token_type: 'Bearer',
    expires_in: 7_200,
    refresh_expires_in: 1_209_600,
  });
  expect(answer.setCookies).toEqual([]);
});

test('both tokens say what they are for, and the refresh token lives exactly 14 days', async () => {
  const { json } = await login({ ...GOOD, transport: 'bearer' });
  const decode = (token: string) =>
    token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const [accessHeader, access] = decode(json.token);
  const [refreshHeader, refresh] = decode(json.refresh_token);
  expect([accessHeader.typ, refreshHeader.typ]).toEqual(['access+jwt', 'refresh+jwt']);
  expect(access).toMatchObject({ user_id: 11, refresh: false, iss: APP_ORIGIN, sid: refresh.sid });
  expect(refresh).toMatchObject({ user_id: 11, refresh: true, iss: APP_ORIGIN });
  expect(access.aud).not.toBe(refresh.aud);
  expect([access.exp - access.iat, refresh.exp - refresh.iat]).toEqual([7_200, 1_209_600]);
});

test('a wrong password and an unknown name get the same status, body and header names', async () => {
  const wrong = await login({ name: 'admin', pwd: 'wrong' });
  const unknown = await login({ name: 'nobody at all', pwd: 'wrong' });
  expect(wrong.status).toBe(401);
  expect(wrong.json).toEqual({ error: 'invalid_credentials', message: 'Wrong name or password.' });
  expect([unknown.status, unknown.text, Object.keys(unknown.headers)]).toEqual([
    wrong.status,
    wrong.text,
    Object.keys(wrong.headers),
  ]);
});

test('passwords are compared exactly', async () => {
  for (const pwd of ['123456 ', ' 123456', '１２３４５６'])
    expect((await login({ name: 'admin', pwd })).status).toBe(401);
});

test.each(['admin ', ' ADMIN', 'ａｄｍｉｎ', '\u00a0admin', 'admin\u200b'])('%j signs admin in', async (name) => {
  const { status, json } = await login({ ...GOOD, name });
  expect([status, json.user]).toEqual([200, { id: 11, name: 'admin' }]);
});

test.each(['ADMİN', 'admın', 'ad min', 'аdmin', 'ad\nmin'])('%j is not admin', async (name) => {
  expect((await login({ ...GOOD, name })).status).toBe(401);
});

test('a name is decoded once', async () => {
  const post = (body: string) =>
    send(server.url, '/api/login', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  expect((await post('name=%61dmin&pwd=123456')).status).toBe(200);
  expect((await post('name=%2561dmin&pwd=123456')).status).toBe(401);
  expect((await login({ ...GOOD, name: '%61dmin' })).status).toBe(401);
});

test('a name that looks like SQL is no user’s', async () => {
  for (const name of ["' OR '1'='1", "admin'--", "admin' OR 1=1 /*", 'admin\\', '%', 'adm_n'])
    expect([name, (await login({ ...GOOD, name })).status]).toEqual([name, 401]);
});

test('no two sign-ins share an id, and each id has 128 bits', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const { json } = await login({ ...GOOD, transport: 'bearer' });
    for (const token of [json.token, json.refresh_token]) {
      const { sid, jti } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      ids.push(...(token === json.token ? [sid, jti] : [jti]));
    }
  }
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(new Set(ids).size).toBe(120);
});

describe('bad input is refused with a 4xx, names the field, and sets no cookie', () => {
  test.each(HOSTILE_VALUES)('name: %s', async (_, name) => {
    const answer = await login({ ...GOOD, name });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: 'invalid_request', issues: [{ path: 'name' }] });
    expect(answer.setCookies).toEqual([]);
  });

  test.each(HOSTILE_VALUES)('pwd: %s', async (_, pwd) => {
    const answer = await login({ ...GOOD, pwd });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: 'invalid_request', issues: [{ path: 'pwd' }] });
  });

  test.each(HOSTILE_VALUES.slice(1))('transport and returnTo: %s', async (_, value) => {
    for (const field of ['transport', 'returnTo']) {
      // A text that is not a path on this origin is valid input, and leads to the orders.
      if (field === 'returnTo' && typeof value === 'string' && value.length < 2_048) continue;
      const answer = await login({ ...GOOD, [field]: value });
      expect([answer.status, answer.json.issues?.[0].path, answer.setCookies]).toEqual([400, field, []]);
    }
  });

  test.each(HOSTILE_BODIES)('a body that is %s', async (_, body) => {
    const answer = await send(server.url, '/api/login', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.json.error).toBe('invalid_request');
  });

  test('an unknown transport', async () => {
    expect((await login({ ...GOOD, transport: 'pigeon' })).json).toMatchObject({
      error: 'invalid_request',
      issues: [{ path: 'transport' }],
    });
  });

  test('__proto__ is no user name', async () => {
    const body = '{"__proto__":{"name":"admin","pwd":"123456"}}';
    const answer = await send(server.url, '/api/login', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
  });

  test('of a field given twice the last one counts', async () => {
    const body = '{"name":"admin","pwd":"wrong","pwd":"123456"}';
    const answer = await send(server.url, '/api/login', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
  });

  test.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    '',
    'application/xml',
  ])('content type %j', async (type) => {
    const answer = await send(server.url, '/api/login', {
      method: 'POST',
      body: JSON.stringify(GOOD),
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.json.error]).toEqual([415, 'unsupported_media_type']);
  });

  test('a body of 1 MB', async () => {
    const answer = await login({ ...GOOD, padding: 'x'.repeat(1_000_000) });
    expect([answer.status, answer.json.error]).toEqual([413, 'payload_too_large']);
  });
});

test.each([
  ['cross-site', CROSS_SITE],
  ['same-site', { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost:3000' }],
  ['Origin null', { origin: 'null' }],
  ['another port', { origin: 'http://localhost:444' }],
  ['a longer host', { origin: 'http://localhost:3000.evil.test' }],
])('a sign-in from elsewhere (%s) is refused though the password is right', async (_, headers) => {
  const answer = await login(GOOD, headers);
  expect([answer.status, answer.json.error]).toEqual([403, 'cross_site_request']);
  expect(answer.setCookies).toEqual([]);
  const page = await form(GOOD, { accept: 'text/html', ...headers });
  expect([page.status, page.headers.location]).toEqual([303, '/login?notice=cross_site_request']);
  expect(page.setCookies).toEqual([]);
});

test.each<[what: string, notice: string, body: string, headers: Record<string, string>]>([
  ['of another type', 'unsupported_media_type', 'name=admin&pwd=123456', { 'content-type': 'text/plain' }],
  ['that is too large', 'payload_too_large', `name=${'x'.repeat(70_000)}`, {}],
  ['that cannot be read', 'invalid_request', '{', { 'content-type': 'application/json' }],
  ['with a name that is too long', 'name_too_long', `name=${'x'.repeat(65)}&pwd=123456`, {}],
  ['with a password that is too long', 'password_too_long', `name=admin&pwd=${'x'.repeat(257)}`, {}],
])('a form of a page %s goes back to it with a sentence, never to JSON', async (_, notice, body, headers) => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(server.url, '/api/login', {
    method: 'POST',
    body,
    headers: { ...NATIVE_FORM, ...type, ...headers },
  });
  expect([answer.status, answer.headers.location]).toEqual([303, `/login?notice=${notice}`]);
});

test.each([
  ['same-origin', SAME_ORIGIN],
  ['typed by the user', { 'sec-fetch-site': 'none' }],
  ['our Origin alone', { origin: APP_ORIGIN }],
  ['neither header', {}],
])('a sign-in from %s is taken', async (_, headers) => {
  expect((await login(GOOD, headers)).status).toBe(200);
});

test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s is not a way to sign in', async (method) => {
  const answer = await send(server.url, '/api/login?name=admin&pwd=123456', { method });
  expect([answer.status, answer.json.error, answer.headers.allow]).toEqual([
    405,
    'method_not_allowed',
    'POST, OPTIONS',
  ]);
});

test('signing in again revokes the session of the sent access token, and starts another', async () => {
  const visitor = new Visitor(server.url);
  await visitor.signIn();
  const before = { access: visitor.jar.get('access_token'), refresh: visitor.jar.get('refresh_token') };
  await visitor.signIn();
  expect(visitor.jar.get('refresh_token')).not.toBe(before.refresh);
  expect((await visitor.send('/api/order', { headers: { cookie: `access_token=${before.access}` } })).status).toBe(401);
  const old = await send(server.url, '/api/refresh_token', {
    method: 'PUT',
    headers: { cookie: `refresh_token=${before.refresh}` },
  });
  expect(old.status).toBe(403);
  expect((await visitor.send('/api/order')).status).toBe(200);
});

test('a planted access token is not adopted', async () => {
  const planted = await makeToken({ claims: { user_id: 12 } });
  const visitor = new Visitor(server.url);
  visitor.jar.set('access_token', planted);
  expect((await visitor.signIn()).json.user.id).toBe(11);
  expect(visitor.jar.get('access_token')).not.toBe(planted);
});

test('ten wrong passwords for a name bring 429 with the seconds to wait, and other people still sign in', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 10; n += 1) statuses.push((await login({ name: 'guest', pwd: `wrong ${n}` })).status);
  expect(statuses).toEqual(Array(10).fill(401));
  const refused = await login({ name: 'guest', pwd: '654321' });
  expect([refused.status, refused.json.error]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await form({ name: 'guest', pwd: '654321' })).headers.location).toMatch(RATE_LIMITED);
  expect((await login(GOOD)).status).toBe(200);
});

test('wrong passwords by form and by JSON are counted together', async () => {
  const wrong = { name: 'nobody who would be here', pwd: 'wrong' };
  for (let n = 0; n < 5; n += 1) {
    expect((await login(wrong)).status).toBe(401);
    expect((await form(wrong)).headers.location).toBe('/login?notice=invalid_credentials');
  }
  expect((await login(wrong)).status).toBe(429);
  const { headers } = await form(wrong);
  expect(headers.location).toMatch(RATE_LIMITED);
  expect((await send(server.url, headers.location ?? '')).text).toMatch(
    /Too many attempts\. Wait \d+ s, then try again\./,
  );
});

test('no cookie is longer than a browser keeps, and all together stay under 2 KB', async () => {
  const { setCookies } = await login(GOOD);
  const sizes = setCookies.map((line) => line.split(';')[0]?.length ?? 0);
  expect(Math.max(...sizes)).toBeLessThan(4_096);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_048);
});

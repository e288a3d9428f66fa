import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ErrorBody } from '../../lib/contract/error.ts';
import { CROSS_SITE, NAVIGATION, type Sent, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

let server: Server;
let admin: Visitor;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
  admin = new Visitor(server.url);
  await admin.signIn();
});
afterAll(() => server.stop());

const ROUTES: [path: string, allow: string][] = [
  ['/api/login', 'POST, OPTIONS'],
  ['/api/logout', 'POST, OPTIONS'],
  ['/api/refresh_token', 'GET, HEAD, PUT, OPTIONS'],
  ['/api/refresh_token/logout', 'POST, OPTIONS'],
  ['/api/order', 'GET, HEAD, POST, OPTIONS'],
  ['/api/order/ORD-000001', 'GET, HEAD, OPTIONS'],
  ['/api/order/ORD-000001/cancel', 'POST, OPTIONS'],
  ['/api/product', 'GET, HEAD, OPTIONS'],
  ['/api/session', 'GET, HEAD, OPTIONS'],
  ['/api/sessions', 'GET, HEAD, DELETE, OPTIONS'],
  ['/api/sessions/AAAAAAAAAAAAAAAAAAAAAA', 'DELETE, OPTIONS'],
  ['/api/password', 'PUT, OPTIONS'],
  ['/api/refresh_token/dbsc', 'POST, OPTIONS'],
  ['/api/refresh_token/dbsc/start', 'POST, OPTIONS'],
  ['/api/csp-report', 'POST, OPTIONS'],
  ['/api/metrics', 'GET, HEAD, OPTIONS'],
  ['/api/health', 'GET, HEAD, OPTIONS'],
];

test.each(ROUTES)('%s takes only %s, and says so', async (path, allow) => {
  const allowed = allow.split(', ');
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((candidate) => !allowed.includes(candidate))) {
    const answer = await admin.send(path, { method });
    expect([answer.status, answer.headers.allow, answer.json.error], method).toEqual([
      405,
      allow,
      'method_not_allowed',
    ]);
  }
  const options = await admin.send(path, { method: 'OPTIONS' });
  expect([options.status, options.headers.allow, options.text]).toEqual([204, allow, '']);
});

test.each([
  '/api',
  '/api/',
  '/api/nope',
  '/api/nope/deeper',
  '/api/order/ORD-000001/x',
  '/api/login/x',
  '/api/order.css',
  '/api/order%2Fx.css',
])('%s is 404 in JSON for every method', async (path) => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await admin.send(path, { method });
    if (answer.status === 308) continue;
    expect(answer.status, method).toBe(404);
    expect(ErrorBody.safeParse(answer.json).success, `${method} ${answer.text.slice(0, 80)}`).toBe(true);
  }
});

const ANSWERS: [name: string, status: number, path: string, sent: Parameters<typeof send>[2]][] = [
  ['a success', 200, '/api/health', {}],
  ['a missing page', 404, '/api/nope', {}],
  ['no authorization', 401, '/api/order', {}],
  ['bad JSON', 400, '/api/order', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
  ['a wrong method', 405, '/api/order', { method: 'DELETE' }],
  ['a wrong token', 403, '/api/refresh_token', { method: 'PUT' }],
  ['an answer opened as a page', 401, '/api/order', { headers: NAVIGATION }],
  ['another site', 403, '/api/login', { method: 'POST', json: { name: 'admin', pwd: '123456' }, headers: CROSS_SITE }],
];

test.each(ANSWERS)(
  '%s is JSON that nothing keeps, frames or mistakes for something else',
  async (_, status, path, sent) => {
    const answer = await send(server.url, path, sent);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
    });
    expect(
      Object.keys(answer.headers).filter(
        (name) => name.startsWith('access-control-') || name === 'x-powered-by' || name === 'server',
      ),
    ).toEqual([]);
    if (status !== 200) expect(ErrorBody.parse(answer.json)).toEqual(answer.json);
  },
);

test.each<[what: string, status: number, path: string, sent: Sent]>([
  ['a missing address', 404, '/api/nope', {}],
  ['something of a signed-in user', 401, '/api/order', {}],
  ['what can only be sent', 405, '/api/password', {}],
  ['what a form of another site sends', 403, '/api/order', { method: 'POST', json: {}, headers: CROSS_SITE }],
  ['what a form sends that is no JSON', 415, '/api/order', { method: 'POST', form: { note: 'x' } }],
  ['what is too large', 413, '/api/order', { method: 'POST', body: 'x'.repeat(70_000) }],
])('a browser that opens %s shows a sentence, and a script gets JSON', async (_, status, path, sent) => {
  const opened = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' };
  const page = await send(server.url, path, { ...sent, headers: { ...opened, ...sent.headers } });
  expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
  expect(page.text).toMatch(/<h1>[A-Z][^<{]+\.<\/h1>.*href="\/order"/);
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
  });
  const script = { ...opened, 'sec-fetch-mode': 'cors' };
  const answer = await send(server.url, path, { ...sent, headers: { ...script, ...sent.headers } });
  expect([answer.status, ErrorBody.parse(answer.json)]).toEqual([status, answer.json]);
});

type Answered = [name: string, status: number, type: 'html' | 'json' | 'js' | 'text' | null, path: string, sent: Sent];
const BAD_JSON = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };
const EVERY_KIND: Answered[] = [
  ['a page', 200, 'html', '/login', {}],
  ['a page that needs a refresh', 303, null, '/order', {}],
  ['a missing page', 404, 'html', '/nope', {}],
  ['no authorization', 401, 'json', '/api/order', {}],
  ['bad JSON', 400, 'json', '/api/order', BAD_JSON],
  ['a missing address of the API', 404, 'json', '/api/nope', {}],
  ['a wrong method', 405, 'json', '/api/order', { method: 'DELETE' }],
  ['a wrong token', 403, 'json', '/api/refresh_token', { method: 'PUT' }],
  ['a malformed address', 400, 'text', '/%zz', {}],
  ['a malformed address of the API', 400, 'json', '/api/%zz', {}],
  ['a method that no page has', 405, 'text', '/login', { method: 'PUT' }],
  ['a file', 200, 'js', 'a script', {}],
];
const TYPES = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  js: expect.stringMatching(/^(application|text)\/javascript; charset=utf-8$/i),
};

/** The address of a script that the sign-in page loads. */
async function someScript(url: string): Promise<string> {
  return /\/_next\/static\/[^"]+\.js/.exec((await send(url, '/login')).text)?.[0] ?? '';
}

const ask = async (url: string, path: string, sent: Sent) =>
  send(url, path === 'a script' ? await someScript(url) : path, sent);

test.each(EVERY_KIND)('%s carries the headers of every answer and the type of its body', async (_, ...expected) => {
  const [status, type, path, sent] = expected;
  const { status: answered, headers, text, json } = await ask(server.url, path, sent);
  expect(answered).toBe(status);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    'x-frame-options': 'DENY',
    ...(type && { 'content-type': TYPES[type] }),
  });
  expect([headers['x-powered-by'], headers.server]).toEqual([undefined, undefined]);
  if (type === 'html') expect(text).toMatch(/^<!DOCTYPE html>/);
  if (type === 'json') expect(json).toBeTypeOf('object');
});

test('a page runs only scripts of its own answer, and no two answers share a nonce', async () => {
  const nonces = new Set<string | undefined>();
  const pages = ['/nope', '/order', '/order', '/account'];
  for (const path of pages) {
    const { headers, text } = await admin.send(path);
    const policy = String(headers['content-security-policy']);
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    expect(nonce).toMatch(/^[\w+/-]{22,}=*$/);
    for (const directive of [
      "default-src 'self'",
      `script-src 'nonce-${nonce}' 'strict-dynamic'`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "worker-src 'none'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      'report-uri /api/csp-report',
      'report-to csp',
    ])
      expect(policy.split('; '), path).toContain(directive);
    expect(policy).not.toContain('unsafe');
    expect(headers['reporting-endpoints']).toBe('csp="/api/csp-report"');
    const scripts = text.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(pages.length);
});

test.each(['/login', '/order', '/order/new', '/account', '/api/order', '/api/sessions'])(
  '%s is kept by nobody, and never answered as unchanged',
  async (path) => {
    const visitor = path === '/login' ? new Visitor(server.url) : admin;
    const first = await visitor.send(path);
    const conditions = {
      'if-none-match': String(first.headers.etag ?? '*'),
      'if-modified-since': new Date(Date.now() + 60_000).toUTCString(),
    };
    for (const { status, headers, text } of [first, await visitor.send(path, { headers: conditions })]) {
      expect([status, text === '']).toEqual([200, false]);
      expect(headers['cache-control']).toContain('no-store');
    }
  },
);

test('every signed-in page has the form that signs out', async () => {
  for (const path of ['/order', '/order/new', '/account']) {
    const [form] = /<form\b[^>]*action="\/api\/logout"[^>]*>/.exec((await admin.send(path)).text) ?? [];
    expect(form, path).toContain('method="post"');
  }
});

test('no answer becomes a script, and scripts are the same for everybody', async () => {
  const answer = await admin.send('/api/order?callback=x&jsonp=x');
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(answer.json.orders.length).toBeGreaterThan(0);
  const script = await someScript(server.url);
  const [signedIn, anonymous] = [await admin.send(script), await send(server.url, script)];
  expect(signedIn.text.length).toBeGreaterThan(100);
  expect(signedIn.text).toBe(anonymous.text);
});

describe('where the public origin is https', () => {
  let https: Server;
  beforeAll(async () => {
    https = await startServer({ env: { ...SERVER_ENV, APP_ORIGIN: 'https://orders.example' } });
  });
  afterAll(() => https.stop());

  test('every answer asks for https for two years', async () => {
    for (const [name, status, , path, sent] of EVERY_KIND) {
      const answer = await ask(https.url, path, sent);
      const asked = answer.headers['strict-transport-security'];
      expect([name, answer.status, asked]).toEqual([name, status, 'max-age=63072000; includeSubDomains']);
    }
  });

  test('every cookie is for https and this host alone', async () => {
    const visitor = new Visitor(https.url);
    const signedIn = await visitor.signIn();
    const refreshed = await visitor.send('/api/refresh_token', { method: 'PUT' });
    const opened = await visitor.send('/api/refresh_token?returnTo=/order', { headers: NAVIGATION });
    const signedOut = await visitor.send('/api/logout', { method: 'POST' });
    expect([signedIn, refreshed, opened, signedOut].map(({ status }) => status)).toEqual([200, 201, 303, 204]);
    const lines = [signedIn, refreshed, opened, signedOut].flatMap(({ setCookies }) => setCookies);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      expect(line).toMatch(/^(__Host-[^;]+; Path=\/;|__Secure-[^;]+; Path=\/(api\/refresh_token|login);).*; Secure$/);
      expect(line).not.toMatch(/Domain/i);
      if (!line.startsWith('__Host-session_hint')) expect(line).toContain('HttpOnly');
    }
    expect(signedIn.setCookies.find((line) => line.startsWith('__Secure-refresh_token'))).toContain('SameSite=Strict');
  });

  test('cookies without their prefix are ignored', async () => {
    const visitor = new Visitor(https.url);
    await visitor.signIn();
    const token = visitor.jar.get('__Host-access_token');
    const asked = (cookie: string) => send(https.url, '/api/order?limit=1', { headers: { cookie } });
    expect((await asked(`__Host-access_token=${token}`)).status).toBe(200);
    expect((await asked(`access_token=${token}`)).status).toBe(401);
  });
});

test('HEAD answers what GET would, without a body', async () => {
  const answer = await admin.send('/api/order', { method: 'HEAD' });
  expect([answer.status, answer.text]).toEqual([200, '']);
});

test('health says nothing but ok', async () => {
  expect((await send(server.url, '/api/health', {})).json).toEqual({ status: 'ok' });
});

test('no origin is given leave to read across origins', async () => {
  for (const origin of ['https://evil.test', 'null', 'http://localhost:3000.evil.test']) {
    for (const method of ['GET', 'OPTIONS', 'PUT']) {
      const { headers } = await send(server.url, '/api/order', {
        method,
        headers: { origin, 'access-control-request-method': 'PUT' },
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  }
});

test('the address a client claims to have, and the host it claims to ask, change nothing', async () => {
  const headers = {
    ...NAVIGATION,
    'x-forwarded-host': 'evil.test',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.test',
  };
  const page = await send(server.url, '/order', { headers });
  expect([page.status, page.headers.location]).toEqual([303, '/api/refresh_token?returnTo=%2Forder']);
});

test('no header opens a guarded page', async () => {
  const attempts: Record<string, string>[] = [
    { rsc: '1' },
    { 'next-router-prefetch': '1' },
    { 'next-router-segment-prefetch': '/_tree' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
    { 'x-middleware-next': '1' },
    { 'next-action': 'x' },
    { 'tandem-signed-in': '1' },
  ];
  for (const headers of attempts) {
    for (const path of ['/order', '/order/ORD-000001', '/order/new', '/account', '/order?_rsc=1']) {
      const answer = await send(server.url, path, { headers });
      expect([200, 204, 303], `${path} ${JSON.stringify(headers)}`).toContain(answer.status);
      // A redirect repeats the requested address, which is no information about an order.
      if (answer.status !== 303) expect(answer.text, `${path} ${JSON.stringify(headers)}`).not.toMatch(/ORD-\d{6}/);
      expect(answer.headers['cache-control']).toMatch(/no-store/);
    }
  }
});

test('no header of Next’s router makes a page fail', async () => {
  const state = (value: unknown) => encodeURIComponent(JSON.stringify(value));
  const attempts: Record<string, string | string[]>[] = [
    ...['x', '', '%', '%ff', 'null', '[]', '%7B%7D', state([['a', 'b', 'zz', null], {}]), 'x'.repeat(14_000)].map(
      (tree) => ({ 'next-router-state-tree': tree }),
    ),
    { 'next-router-state-tree': [state(['', {}]), state(['', {}])] },
    ...['2', '3', 'x'].map((kind) => ({ 'next-router-prefetch': kind })),
    { 'next-router-segment-prefetch': '%ff/../..' },
    { 'next-url': '%ff' },
    { 'next-router-stale-reload': 'x' },
  ];
  for (const headers of attempts) {
    for (const path of ['/login', '/order', '/nope']) {
      const sent = { headers: { rsc: '1', ...headers } };
      const first = await admin.send(path, sent);
      // Next first redirects a client to the address that matches its headers.
      const answer = first.status === 307 ? await admin.send(String(first.headers.location), sent) : first;
      expect([path, answer.status, answer.headers['content-type']], JSON.stringify(headers).slice(0, 80)).toEqual([
        path,
        path === '/nope' ? 404 : 200,
        'text/x-component',
      ]);
    }
  }
  expect(server.output()).not.toContain('server_error_message');
});

test.each([
  '/.git/HEAD',
  '/.env',
  '/.env.local',
  '/middleware.ts',
  '/package.json.bak',
  '/_next/static/chunks/main.js.map',
  '/order%2Fx.css',
  '/package.json',
  '/.next/BUILD_ID',
  '/next.config.js',
  '/_next/static/',
  '/api/order/x.js',
  '/account/x.js',
  '/order;a.css',
])('%s shows nothing', async (path) => {
  const answer = await admin.send(path);
  expect(path === '/_next/static/' ? [308, 404] : [404]).toContain(answer.status);
  expect(answer.text).not.toContain('ORD-');
});

test('an icon is where browsers look for one without being told', async () => {
  const { status, headers } = await admin.send('/favicon.ico');
  expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml']);
});

test.each([
  ['two lengths', 'POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd'],
  [
    'a length and chunks',
    'POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an unknown encoding', 'POST /api/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ['no method', '\0\0\0\0\r\n\r\n'],
])('a message with %s gets one 4xx or 5xx, and the connection closes', async (_, message) => {
  const { port } = new URL(server.url);
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(message));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  expect(text).toMatch(/^HTTP\/1\.1 (400|501) /);
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('files of the application can only be read, and say so', async () => {
  const file = await fileOfLoginPage();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const path of [file, `${file}?x=1`, file.replace('static', '%73tatic')]) {
      const { status, headers } = await send(server.url, path, { method });
      expect([status, headers.allow], `${method} ${path}`).toEqual([405, 'GET, HEAD']);
    }
  }
});

test('files of the application are sent whole, whatever part or version is requested', async () => {
  const file = await fileOfLoginPage();
  const { text } = await send(server.url, file);
  const conditions: Record<string, string>[] = [
    { range: 'bytes=99999999-' },
    { range: 'bytes=9-1' },
    { 'if-match': '"another"' },
    { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
  ];
  for (const headers of conditions) {
    const answer = await send(server.url, file, { headers });
    expect([answer.status, answer.text === text], JSON.stringify(headers)).toEqual([200, true]);
  }
});

async function fileOfLoginPage(): Promise<string> {
  const { text } = await send(server.url, '/login');
  const [, file = ''] = /"(\/_next\/static\/[^"\\]+)"/.exec(text) ?? [];
  expect((await send(server.url, file)).status).toBe(200);
  return file;
}

test('a client that goes away in the middle of its body is a wrong request, and no failure of the service', async () => {
  const head = 'POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n';
  const before = server.output().length;
  const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head}{"name":`, () => socket.end()));
  await vi.waitFor(() => expect(server.output().slice(before)).toMatch(/"route":"\/api\/login"/), { timeout: 60_000 });
  expect(server.output().slice(before)).toContain('"event":"input_validation_fail"');
  expect(server.output()).not.toContain('service_unavailable');
});

test.each(['toString', '__proto__', 'constructor', 'nonsense', ''])(
  'the sign-in page takes the notice %j',
  async (notice) => {
    const answer = await send(server.url, `/login?notice=${notice}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Signing in did not work.');
  },
);

test('a server action sent to a page gets the page, and nothing fails', async () => {
  const answer = await send(server.url, '/login', { method: 'POST', headers: { 'next-action': 'x'.repeat(40) } });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(server.output()).not.toContain('server_error_message');
});

test('what a client expects beyond 100-continue changes nothing', async () => {
  for (const expectation of ['evil', '', '200-ok', '100-continue, x']) {
    const refused = await send(server.url, '/api/order', { headers: { expect: expectation } });
    expect([refused.status, refused.json.error]).toEqual([401, 'invalid_token']);
    expect((await admin.send('/api/order?limit=1', { headers: { expect: expectation } })).status).toBe(200);
  }
});

test('20 KB of cookies is 431, and the next request is served', async () => {
  expect((await send(server.url, '/api/health', { headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431);
  expect((await send(server.url, '/api/health')).status).toBe(200);
});

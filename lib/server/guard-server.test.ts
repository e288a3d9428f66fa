import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { findServer } from './find-server.ts';
import { type GuardedServer, guardServer, RESPONSE_TIMEOUT_MS } from './guard-server.ts';

let stop = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  await stop();
});

/** A server like Next's around `handle`, found and guarded as that one is; sends `text` to it. */
async function client(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  text: string,
  appOrigin = 'http://localhost:3000',
) {
  const server = createServer(handle);
  // Next's ignores what it does not know.
  server.on('upgrade', () => {});
  let guarded: GuardedServer | undefined;
  findServer((found, first) => {
    guarded = guardServer(found, first, { appOrigin, trustProxy: 0 });
  });
  server.listen(0);
  await once(server, 'listening');
  // What listening on a port gives.
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  stop = async () => {
    socket.destroy();
    await guarded?.stop();
  };
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

/** All that is answered to `text` until the connection closes; `handled` for what reaches Next. */
async function answer(text: string, appOrigin?: string): Promise<string> {
  const socket = await client(
    async (_, response) => void response.setHeader('Connection', 'close').end('handled'),
    text,
    appOrigin,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('an answer that is taken too slowly is cut off', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const socket = await client(async (_, response) => void response.write('part'), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  await vi.advanceTimersByTimeAsync(RESPONSE_TIMEOUT_MS - 1);
  expect(socket.closed).toBe(false);
  const closed = once(socket, 'close');
  await vi.advanceTimersByTimeAsync(1);
  await closed;
});

test('the first connection of all is guarded: its upgrade is answered like any request', async () => {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: x\r\n\r\n';
  expect(await answer(`GET /api/health HTTP/1.1\r\nHost: x\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 200 [\s\S]*handled$/);
});

test('a connection older than the guard is guarded from its next request on', async () => {
  const server = createServer((request, response) => response.end(String(request.headers['x-forwarded-for'])));
  server.listen(0);
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(server, 'connection');
  const ask = async () => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n');
    return String((await once(socket, 'data'))[0]);
  };
  expect(await ask()).toMatch(/203\.0\.113\.7$/);
  const guarded = new Promise<GuardedServer>((resolve) => {
    findServer((found, first) =>
      resolve(guardServer(found, first, { appOrigin: 'http://localhost:3000', trustProxy: 0 })),
    );
  });
  expect(await ask()).toMatch(/X-Request-Id: [\s\S]*127\.0\.0\.1$/);
  stop = async () => {
    socket.destroy();
    await (await guarded).stop();
  };
});

test('a page opened under another name of this machine leads to our own, and the API never does', async () => {
  const handle = async (_: IncomingMessage, response: ServerResponse) => void response.end('here');
  const answerTo = async (path: string) => {
    const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nAccept: text/html\r\nConnection: close\r\n\r\n`;
    const socket = await client(handle, head);
    return String(Buffer.concat(await socket.toArray()));
  };
  expect(await answerTo('/login')).toMatch(/^HTTP\/1.1 307 .*\r\nLocation: http:\/\/localhost:3000\/login\r\n/s);
  await stop();
  expect(await answerTo('/api/health')).toMatch(/^HTTP\/1.1 200 .*here$/s);
});

const CLOSE = 'Connection: close\r\n\r\n';

test.each([
  ['two hosts', `GET /api/health HTTP/1.1\r\nHost: x\r\nHost: x\r\n${CLOSE}`, 400],
  ['no host', `GET /api/health HTTP/1.1\r\n${CLOSE}`, 400],
  ['HTTP/0.9', 'GET /api/health\r\n\r\n', 400],
  ['the head of HTTP/2', `GET /api/health HTTP/2.0\r\nHost: x\r\n${CLOSE}`, 400],
  ['an absolute address at another host', `GET http://evil.test/ HTTP/1.1\r\nHost: x\r\n${CLOSE}`, 400],
  ['two lengths', `POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n${CLOSE}x`, 400],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['17 KB of cookies', `GET /login HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(17_000)}\r\n${CLOSE}`, 431],
])('%s is refused with a sentence, and the connection closes', async (_, text, status) => {
  const answered = await answer(text);
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n[\\s\\S]{20,}`));
  for (const header of ['X-Content-Type-Options: nosniff', 'Referrer-Policy: same-origin', 'X-Frame-Options: DENY']) {
    expect(answered).toContain(header);
  }
  expect(answered).not.toContain('handled');
});

test.each([
  ['too many cookies', `HEAD /api/order HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(17_000)}\r\n${CLOSE}`, 431],
  ['a bad length', `HEAD /login HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n${CLOSE}`, 400],
  ['two hosts', `HEAD /login HTTP/1.1\r\nHost: x\r\nHost: x\r\n${CLOSE}`, 400],
  ['a malformed address', `HEAD /%zz HTTP/1.1\r\nHost: x\r\n${CLOSE}`, 400],
])('a HEAD with %s is refused without a body', async (_, text, status) => {
  const answered = await answer(text);
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answered.split('\r\n\r\n').slice(1)).toEqual(['']);
});

test.each([
  ['/login', 'multipart/form-data; boundary=x', 'undefined'],
  ['/nope', 'Multipart/Form-Data; boundary=x', 'undefined'],
  ['/order', 'application/x-www-form-urlencoded', 'undefined'],
  ['/API/login', 'multipart/form-data; boundary=x', 'undefined'],
  ['/api/login', 'application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
])('a form posted to %s as %s reaches Next as %s, since pages have no server action', async (path, type, expected) => {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 0\r\n${CLOSE}`;
  const socket = await client(async (request, response) => {
    response.end(String(request.headers['content-type']));
  }, head);
  expect(String(Buffer.concat(await socket.toArray())).split('\r\n\r\n')[1]).toContain(expected);
});

test.each([
  ['OPTIONS', '/login', 204, 'GET, HEAD, POST, OPTIONS'],
  ['OPTIONS', '/order/ORD-000001?x=1', 204, 'GET, HEAD, POST, OPTIONS'],
  ['OPTIONS', '*', 204, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
  ['DELETE', '/', 405, 'GET, HEAD, POST, OPTIONS'],
  ['PUT', '/order', 405, 'GET, HEAD, POST, OPTIONS'],
  ['PATCH', '/account', 405, 'GET, HEAD, POST, OPTIONS'],
])('%s %s is %i, and says what is allowed', async (method, path, status, allow) => {
  const answered = await answer(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${CLOSE}`);
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answered.split('\r\n').filter((line) => line.startsWith('Allow: '))).toEqual([`Allow: ${allow}`]);
});

test.each([
  ['GET', '/login'],
  ['HEAD', '/order'],
  ['POST', '/login'],
  ['DELETE', '/nope'],
  ['OPTIONS', '/api/order'],
])('%s %s is left to its page or route', async (method, path) => {
  expect(await answer(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${CLOSE}`)).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ['PUT', '/api/../order', 400],
  ['POST', '/api/%2e%2E/login', 400],
  ['GET', '/order/./x', 400],
  ['GET', '/_next/static/..', 400],
  ['GET', '/.well-known/x', 200],
  ['GET', '/nope?at=/../x', 200],
])('the address that is judged is the one that Next routes: %s %s is %i', async (method, path, status) => {
  expect(await answer(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${CLOSE}`)).toMatch(
    new RegExp(`^HTTP/1\\.1 ${status} `),
  );
});

test.each([
  ['/_next/image?url=%2Forder&w=64&q=75', 404],
  ['/_next/data/build/order.json', 404],
  ['/_next/static/chunks/x.js', 200],
])('Next’s own addresses lead to its files alone: %s is %i', async (path, status) => {
  expect(await answer(`GET ${path} HTTP/1.1\r\nHost: x\r\n${CLOSE}`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test.each([
  ['/login', 'Content-Length: 70000', 413],
  ['/order', 'Transfer-Encoding: chunked', 413],
  ['/nope', 'Content-Length: 70000', 413],
  ['/API/login', 'Content-Length: 70000', 413],
  ['/login', 'Content-Length: 0', 200],
  ['/api/login', 'Content-Length: 70000', 200],
])('a page takes no large body: POST %s with %s is %i', async (path, header, status) => {
  const answered = await answer(`POST ${path} HTTP/1.1\r\nHost: x\r\n${header}\r\n${CLOSE}`);
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('https is demanded for two years, and only where the public origin is https', async () => {
  const ways = ['GET /login HTTP/1.1\r\nHost: x\r\n', 'DELETE /login HTTP/1.1\r\nHost: x\r\n', 'GET /login\r\n'];
  for (const head of ways) {
    const demand = /\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n/;
    expect(await answer(head + CLOSE, 'https://orders.example')).toMatch(demand);
    await stop();
    expect(await answer(head + CLOSE)).not.toMatch(/Strict-Transport-Security/i);
    await stop();
  }
});

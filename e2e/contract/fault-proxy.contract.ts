import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../fixtures/fault-proxy.ts';

/** The server's record of processed requests; the browser tests depend on these promises of the proxy. */
const done: string[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  done.push(`${request.method} ${request.url} ${body}`);
  response.writeHead(201, [
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ]);
  response.end(`did ${body}`);
});
const PUT = { method: 'PUT', path: '/thing' };

let proxy: FaultProxy;

beforeAll(async () => {
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await startFaultProxy(() => `http://localhost:${port}`);
});
afterEach(() => {
  proxy.reset();
  done.length = 0;
});
afterAll(async () => {
  await proxy.close();
  server.close();
  server.closeAllConnections();
});

const put = (body = 'x') => fetch(`${proxy.url}/thing?q=1`, { method: 'PUT', body });

test('without a rule a request passes unchanged, with every cookie of the answer', async () => {
  const answer = await put('hello');
  expect([answer.status, await answer.text()]).toEqual([201, 'did hello']);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(done).toEqual(['PUT /thing?q=1 hello']);
});

test('requests are counted by method and path, whatever their outcome', async () => {
  proxy.fault(PUT, { kind: 'drop', when: 'before' }, { times: 1 });
  await put().catch(() => {});
  await put();
  await fetch(`${proxy.url}/other`);
  expect([proxy.count(PUT), proxy.count({}), proxy.count({ path: /^\/o/ }), proxy.count({ method: 'POST' })]).toEqual([
    2, 3, 1, 0,
  ]);
});

test('a request dropped before is never seen by the server', async () => {
  proxy.fault(PUT, { kind: 'drop', when: 'before' });
  await expect(put()).rejects.toThrow();
  expect(done).toEqual([]);
});

test('a request dropped after has been done, and the client does not learn of it', async () => {
  proxy.fault(PUT, { kind: 'drop', when: 'after' });
  await expect(put()).rejects.toThrow();
  expect(done).toHaveLength(1);
});

test('a held request reaches the server only when it is released', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rule = proxy.fault(PUT, { kind: 'hold', until: promise });
  const answer = put();
  await fetch(`${proxy.url}/other`);
  expect(done).toEqual(['GET /other ']);
  resolve();
  expect((await answer).status).toBe(201);
  expect(rule.hits()).toBe(1);
});

test('a refusal has its status and Retry-After, and the server is not asked', async () => {
  proxy.fault(PUT, { kind: 'answer', status: 429, retryAfterSeconds: 3 });
  const answer = await put();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
  expect(done).toEqual([]);
});

test('the newest rule decides, as often as it is set to, and none after its removal', async () => {
  const old = proxy.fault(PUT, { kind: 'answer', status: 503 });
  proxy.fault(PUT, { kind: 'answer', status: 429 }, { times: 1 });
  const statuses = [(await put()).status, (await put()).status];
  old.remove();
  expect([...statuses, (await put()).status]).toEqual([429, 503, 201]);
});

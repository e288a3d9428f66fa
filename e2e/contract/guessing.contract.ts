import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOGIN_FAILURES_FREE, LOGIN_FAILURES_PER_NAME } from '../../lib/auth/passwords/password-limits.ts';
import { type Answer, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';

let server: Server;
beforeAll(async () => {
  // The forwarded header gives each guess its own address.
  server = await startServer({ env: { TRUST_PROXY: '1' } });
});
afterAll(() => server.stop());

let addresses = 0;
const newAddress = () => `198.51.${Math.floor(++addresses / 250)}.${addresses % 250}`;
const from = (address: string) => ({ 'x-forwarded-for': address });
const login = (name: string, pwd: string, headers: Record<string, string> = from(newAddress())): Promise<Answer> =>
  send(server.url, '/api/login', { method: 'POST', json: { name, pwd }, headers });

test('guessing the current password meets waits too', async () => {
  const browser = new Visitor(server.url, from(newAddress()));
  await browser.signIn('guest', '654321');
  const json = { current: 'wrong', new: 'violet lantern orchard' };
  const change = () => browser.send('/api/password', { method: 'PUT', json });
  for (let n = 0; n <= LOGIN_FAILURES_FREE; n += 1) expect((await change()).status).toBe(401);
  const refused = await change();
  expect([refused.status, refused.json.error]).toEqual([429, 'rate_limited']);
});

test('a name guessed from everywhere is blocked for strangers, and open to the browser that has signed in before', async () => {
  const browser = new Visitor(server.url, from(newAddress()));
  expect((await browser.signIn('guest', '654321')).status).toBe(200);
  expect((await browser.send('/api/logout', { method: 'POST' })).status).toBe(204);

  for (let n = 0; n < LOGIN_FAILURES_PER_NAME; n += 1)
    expect((await login('guest', `wrong ${n}`)).status, `guess ${n}`).toBe(401);
  const stranger = await login('guest', '654321');
  expect([stranger.status, stranger.json.error]).toEqual([429, 'rate_limited']);
  expect(stranger.headers['retry-after']).toMatch(/^[1-9]\d*$/);

  expect((await browser.signIn('guest', '654321')).status).toBe(200);
});

test('a signed-in browser can change its password while others guess at it', async () => {
  const browser = new Visitor(server.url, from(newAddress()));
  await browser.signIn('admin', '123456');
  for (let n = 0; n < LOGIN_FAILURES_PER_NAME; n += 1) await login('admin', 'wrong');
  expect((await login('admin', '123456')).status).toBe(429);
  const change = (current: string) =>
    browser.send('/api/password', { method: 'PUT', json: { current, new: 'violet lantern orchard' } });
  expect((await change('wrong')).status).toBe(401);
  expect((await change('123456')).status).toBe(204);
});

test('an address that a client makes up changes nothing', async () => {
  const plain = await startServer();
  const guess = () =>
    send(plain.url, '/api/login', {
      method: 'POST',
      json: { name: 'admin', pwd: 'wrong' },
      headers: from(newAddress()),
    });
  const statuses: number[] = [];
  for (let n = 0; n < LOGIN_FAILURES_FREE + 2; n += 1) statuses.push((await guess()).status);
  await plain.stop();
  expect(statuses.at(-1)).toBe(429);
});

test('under 50 sign-ins at a time guarded requests are answered before the sign-ins are', async () => {
  const busy = await startServer({ env: { TRUST_PROXY: '1' } });
  const visitor = new Visitor(busy.url, from(newAddress()));
  await visitor.signIn();
  const waiting = new Set<Promise<Answer>>();
  const flood = Array.from({ length: 50 }, (_, n) => {
    const json = { name: `nobody ${n}`, pwd: 'wrong' };
    const attempt = send(busy.url, '/api/login', { method: 'POST', json, headers: from(newAddress()) });
    waiting.add(attempt);
    void attempt.finally(() => waiting.delete(attempt));
    return attempt;
  });
  const times: number[] = [];
  const orders = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const startedAt = performance.now();
      const answer = await visitor.send('/api/session');
      times.push(performance.now() - startedAt);
      return answer.status;
    }),
  );
  expect(orders).toEqual(Array(10).fill(200));
  expect(waiting.size, 'sign-ins still waiting').toBeGreaterThan(0);
  console.log(`Guarded requests under 50 sign-ins at a time took at most ${Math.round(Math.max(...times))} ms.`);
  expect((await Promise.all(flood)).map(({ status }) => status)).toEqual(Array(50).fill(401));
  await busy.stop();
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { CROSS_SITE, NATIVE_FORM, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
});
afterAll(() => server.stop());

async function signedIn(): Promise<Visitor> {
  const visitor = new Visitor(server.url);
  await visitor.signIn();
  return visitor;
}

const logout = (visitor: Visitor, headers = {}) => visitor.send('/api/logout', { method: 'POST', headers });

test('signing out revokes both tokens at once, clears every cookie of the session and the storage of pages', async () => {
  const visitor = await signedIn();
  const [access, refresh] = [visitor.jar.get('access_token'), visitor.jar.get('refresh_token')];
  const answer = await logout(visitor);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
  expect(visitor.jar.names).toEqual([]);
  expect((await send(server.url, '/api/order', { headers: { cookie: `access_token=${access}` } })).status).toBe(401);
  const refreshed = await send(server.url, '/api/refresh_token', {
    method: 'PUT',
    headers: { cookie: `refresh_token=${refresh}` },
  });
  expect(refreshed.status).toBe(403);
});

test('a cleared cookie has the path it was set with', async () => {
  const { setCookies } = await logout(await signedIn());
  expect(setCookies).toContain('refresh_token=; Path=/api/refresh_token; HttpOnly; SameSite=Strict; Max-Age=0');
  expect(setCookies).toContain('access_token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
});

test('without a valid access token the browser is redirected, with its method, to the path of the refresh cookie', async () => {
  const visitor = await signedIn();
  const refresh = visitor.jar.get('refresh_token');
  visitor.jar.set('access_token', 'expired');
  const first = await logout(visitor);
  expect([first.status, first.headers.location]).toEqual([307, '/api/refresh_token/logout']);
  const second = await visitor.send('/api/refresh_token/logout', { method: 'POST' });
  expect(second.status).toBe(204);
  expect(visitor.jar.names).toEqual([]);
  const refreshed = await send(server.url, '/api/refresh_token', {
    method: 'PUT',
    headers: { cookie: `refresh_token=${refresh}` },
  });
  expect(refreshed.status).toBe(403);
});

test('a native form goes to /login, with a valid access token and without', async () => {
  const visitor = await signedIn();
  const live = await logout(visitor, NATIVE_FORM);
  expect([live.status, live.headers.location]).toEqual([303, '/login']);
  const none = await visitor.send('/api/refresh_token/logout', { method: 'POST', headers: NATIVE_FORM });
  expect([none.status, none.headers.location]).toEqual([303, '/login']);
});

test.each(['token', 'refresh_token'])('a bearer client signs out with its %s, and both are revoked', async (which) => {
  const json = { name: 'admin', pwd: '123456', transport: 'bearer' };
  const tokens = (await send(server.url, '/api/login', { method: 'POST', json })).json;
  const headers = { authorization: `Bearer ${tokens[which]}` };
  expect((await send(server.url, '/api/logout', { method: 'POST', headers })).status).toBe(204);
  expect((await send(server.url, '/api/order', { headers: { authorization: `Bearer ${tokens.token}` } })).status).toBe(
    401,
  );
  const refreshed = await send(server.url, '/api/refresh_token', {
    method: 'PUT',
    headers: { authorization: `Bearer ${tokens.refresh_token}` },
  });
  expect(refreshed.status).toBe(403);
  expect((await send(server.url, '/api/logout', { method: 'POST', headers })).status).toBe(204);
});

test('signing out from another site is refused, and the session stays valid', async () => {
  const visitor = await signedIn();
  for (const path of ['/api/logout', '/api/refresh_token/logout']) {
    const answer = await visitor.send(path, { method: 'POST', headers: CROSS_SITE });
    expect([answer.status, answer.json.error, answer.setCookies]).toEqual([403, 'cross_site_request', []]);
  }
  expect((await visitor.send('/api/order')).status).toBe(200);
});

test('a GET does not sign out', async () => {
  const visitor = await signedIn();
  expect((await visitor.send('/api/logout')).status).toBe(405);
  expect((await visitor.send('/api/order')).status).toBe(200);
});

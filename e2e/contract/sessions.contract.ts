import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionListAnswer } from '../../lib/contract/session.ts';
import { HOSTILE_VALUES } from '../support/hostile.ts';
import { CROSS_SITE, NAVIGATION, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
});
afterAll(() => server.stop());

async function signedIn(name = 'admin', pwd = '123456', userAgent = 'curl/8'): Promise<Visitor> {
  const visitor = new Visitor(server.url, { 'user-agent': userAgent });
  expect((await visitor.signIn(name, pwd)).status).toBe(200);
  return visitor;
}

const list = async (visitor: Visitor) => SessionListAnswer.parse((await visitor.send('/api/sessions')).json).sessions;
const currentOf = async (visitor: Visitor) => (await list(visitor)).find((session) => session.current)?.id ?? '';
const end = (visitor: Visitor, id: string, json?: unknown) =>
  visitor.send(`/api/sessions/${id}`, { method: 'DELETE', ...(json !== undefined && { json }) });
const isAlive = async (visitor: Visitor) => {
  const answers = [
    await visitor.send('/api/order?limit=1'),
    await visitor.send('/api/refresh_token', { method: 'PUT' }),
  ];
  return answers.map(({ status }) => status);
};

describe('the list of sessions', () => {
  test('marks the current one, names devices in words, and reveals no credential', async () => {
    const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0';
    const visitor = await signedIn('admin', '123456', firefox);
    const sessions = await list(visitor);
    expect(sessions.filter((session) => session.current)).toMatchObject([
      { device: 'Firefox on Windows', address: 'this computer', binding: 'none' },
    ]);
    const { text } = await visitor.send('/api/sessions');
    expect(text).not.toMatch(/eyJ|Fe26|jkt|127\.0\.0\.1/);
  });

  test('contains no other user’s', async () => {
    const admin = await signedIn();
    const guest = await signedIn('guest', '654321');
    expect((await list(guest)).map(({ id }) => id)).not.toContain(await currentOf(admin));
  });
});

describe('revoking a session', () => {
  test('refuses both its tokens at once, and leaves the current one alone', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    expect((await end(here, await currentOf(there))).status).toBe(204);
    expect(await isAlive(there)).toEqual([401, 403]);
    expect(await isAlive(here)).toEqual([200, 201]);
  });

  test('leads its browser to a form with the name and the reason', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    await end(here, await currentOf(there));
    const opened = await there.send('/api/refresh_token?returnTo=%2Faccount', { headers: NAVIGATION });
    expect([opened.status, opened.headers.location]).toEqual([303, '/login?returnTo=%2Faccount']);
    expect(there.jar.names).toEqual(['login_hint']);
    const { text } = await there.send('/login?returnTo=%2Faccount');
    expect(text).toContain('You were signed out from another device.');
    expect(text).toMatch(/<input[^>]* value="admin"/);
  });

  test('all others at once', async () => {
    const [here, ...others] = [await signedIn(), await signedIn(), await signedIn()];
    expect((await here.send('/api/sessions', { method: 'DELETE' })).status).toBe(204);
    for (const other of others) expect(await isAlive(other)).toEqual([401, 403]);
    expect(await list(here)).toHaveLength(1);
  });

  test('of another user is 404, like an unknown one, and revokes nothing', async () => {
    const [admin, guest] = [await signedIn(), await signedIn('guest', '654321')];
    const foreign = await end(guest, await currentOf(admin));
    const unknown = await end(guest, 'AAAAAAAAAAAAAAAAAAAAAA');
    expect([foreign.status, foreign.json.error]).toEqual([404, 'session_not_found']);
    expect(unknown.text).toBe(foreign.text);
    for (const id of ['%00', "x'%20OR%20'1'='1", 'x', '__proto__']) expect((await end(guest, id)).status, id).toBe(404);
    expect(await isAlive(admin)).toEqual([200, 201]);
  });

  test('with a wrong password is refused although the sign-in is recent', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const answer = await end(here, await currentOf(there), { pwd: 'wrong' });
    expect([answer.status, answer.json.error]).toEqual([403, 'reauthentication_required']);
    expect((await end(here, await currentOf(there), { pwd: '123456' })).status).toBe(204);
  });

  test('with a body of another shape is 400', async () => {
    const here = await signedIn();
    for (const json of [[], null, { pwd: 7 }, { pwd: '' }])
      expect((await end(here, 'AAAAAAAAAAAAAAAAAAAAAA', json)).status).toBe(400);
  });

  test('from another site is refused', async () => {
    const here = await signedIn();
    expect((await here.send('/api/sessions', { method: 'DELETE', headers: CROSS_SITE })).status).toBe(403);
  });
});

describe('changing the password', () => {
  const change = (visitor: Visitor, current: unknown, next: unknown) =>
    visitor.send('/api/password', { method: 'PUT', json: { current, new: next } });

  test('needs the current one, a long new one, and revokes every other session', async () => {
    const [here, there] = [await signedIn('guest', '654321'), await signedIn('guest', '654321')];
    for (const [current, next, status] of [
      [undefined, 'violet lantern orchard', 400],
      ['wrong', 'violet lantern orchard', 401],
      ['654321', 'fourteen chars', 400],
      ['654321', 'passwordpassword', 400],
      ['654321', 'guestguestguest1', 400],
      ['654321', 'Tandem-2026-2026', 400],
      ['654321', 'x'.repeat(300), 400],
      ['654321', null, 400],
    ] as const) {
      expect((await change(here, current, next)).status, String(next)).toBe(status);
    }
    expect(await isAlive(there)).toEqual([200, 201]);
    expect((await change(here, '654321', 'violet lantern orchard ')).status).toBe(204);
    expect(await isAlive(there)).toEqual([401, 403]);
    expect(await isAlive(here)).toEqual([200, 201]);
    const login = (pwd: string) => send(server.url, '/api/login', { method: 'POST', json: { name: 'guest', pwd } });
    expect((await login('654321')).status).toBe(401);
    expect((await login('violet lantern orchard')).status).toBe(401);
    expect((await login('violet lantern orchard ')).status).toBe(200);
  });

  test('nine times at once with one current password succeeds once', async () => {
    const here = await signedIn('guest', 'violet lantern orchard ');
    const nexts = Array.from({ length: 9 }, (_, n) => `copper meadow station ${n}`);
    const answers = await Promise.all(nexts.map((next) => change(here, 'violet lantern orchard ', next)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const winner = nexts[answers.findIndex(({ status }) => status === 204)] ?? '';
    expect(
      (await send(server.url, '/api/login', { method: 'POST', json: { name: 'guest', pwd: winner } })).status,
    ).toBe(200);
  });

  test('from another site, or with a refresh token, is refused', async () => {
    const here = await signedIn();
    const json = { current: '123456', new: 'copper meadow station' };
    expect((await here.send('/api/password', { method: 'PUT', json, headers: CROSS_SITE })).status).toBe(403);
    const { json: tokens } = await send(server.url, '/api/login', {
      method: 'POST',
      json: { name: 'admin', pwd: '123456', transport: 'bearer' },
    });
    const headers = { authorization: `Bearer ${tokens.refresh_token}` };
    expect((await send(server.url, '/api/password', { method: 'PUT', json, headers })).status).toBe(403);
  });

  test.each(HOSTILE_VALUES)('with %s in a field is 400, and the password stays', async (name, value) => {
    const here = await signedIn();
    for (const body of [
      { current: value, new: 'copper meadow station' },
      { current: '123456', new: value },
    ]) {
      const answer = await here.send('/api/password', { method: 'PUT', json: body });
      expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request']);
    }
    if (name !== 'missing') expect((await end(here, 'AAAAAAAAAAAAAAAAAAAAAA', { pwd: value })).status).toBe(400);
    expect((await signedIn()).jar.names).toContain('refresh_token');
  });

  test('takes any characters, 15 or more, and compares every one of them', async () => {
    const here = await signedIn();
    const login = (pwd: string) => send(server.url, '/api/login', { method: 'POST', json: { name: 'admin', pwd } });
    const long = `Violet lantern ${'orchard and the meadow '.repeat(5)}`.slice(0, 128);
    let current = '123456';
    for (const [next, ...others] of [
      ['    violet   lanterns    ', 'violet   lanterns', '    violet   lanterns   '],
      ['🌻🌷🌹🌺🌸🌼💐🥀🍀🌵🌴🌳🌲🍁🍂', '🌻🌷🌹🌺🌸🌼💐🥀🍀🌵🌴🌳🌲🍁'],
      ['übermäßig violett', 'ubermaßig violett', 'Übermäßig violett'],
      [long, long.slice(0, 72), long.toLowerCase(), `${long} `],
    ]) {
      expect((await change(here, current, next)).status, next).toBe(204);
      for (const other of others) expect((await login(other)).status, other).toBe(401);
      expect((await login(next ?? '')).status, next).toBe(200);
      current = next ?? '';
    }
    expect((await change(here, current, 'x'.repeat(257))).status).toBe(400);
  });

  test('is shown to the user, like wrong passwords and revoked sessions', async () => {
    const own = await startServer({ env: SERVER_ENV });
    const visitor = () => new Visitor(own.url, { 'user-agent': 'curl/8' });
    const [here, there] = [visitor(), visitor()];
    await here.signIn();
    await there.signIn();
    const { text: before } = await here.send('/account');
    await visitor().signIn('admin', 'wrong');
    await end(here, await currentOf(there));
    await change(here, '123456', 'copper meadow station');
    const { text: after } = await here.send('/account');
    await own.stop();
    for (const sentence of ['Somebody entered a wrong password', 'Signed out another device', 'Changed the password'])
      expect([sentence, before.includes(sentence), after.includes(sentence)]).toEqual([sentence, false, true]);
  });
});

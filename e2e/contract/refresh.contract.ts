import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CROSS_SITE, NAVIGATION, send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN, makeToken, SERVER_ENV, unsigned } from '../support/tokens.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
});
afterAll(() => server.stop());

const put = (headers: Record<string, string> = {}) =>
  send(server.url, '/api/refresh_token', { method: 'PUT', headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function signedIn(): Promise<Visitor> {
  const visitor = new Visitor(server.url);
  await visitor.signIn();
  return visitor;
}

async function bearerTokens(): Promise<{ token: string; refresh_token: string }> {
  const json = { name: 'admin', pwd: '123456', transport: 'bearer' };
  return (await send(server.url, '/api/login', { method: 'POST', json })).json;
}

test('a cookie refresh sets only the access token and the hint, and answers no token', async () => {
  const visitor = await signedIn();
  const answer = await visitor.send('/api/refresh_token', { method: 'PUT' });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ expires_in: 7_200, refresh_expires_in: expect.any(Number) });
  expect(answer.json.refresh_expires_in).toBeLessThanOrEqual(1_209_600);
  expect(answer.setCookies.map((line) => line.split('=')[0]).sort()).toEqual(['access_token', 'session_hint']);
});

test('the refresh token is the same, byte for byte, after any number of refreshes', async () => {
  const visitor = await signedIn();
  const before = visitor.jar.get('refresh_token');
  for (let n = 0; n < 3; n += 1) expect((await visitor.send('/api/refresh_token', { method: 'PUT' })).status).toBe(201);
  expect(visitor.jar.get('refresh_token')).toBe(before);
  expect((await visitor.send('/api/order')).status).toBe(200);
});

test('a bearer refresh answers a new access token in the body and sets no cookie', async () => {
  const { token, refresh_token } = await bearerTokens();
  const answer = await put(bearer(refresh_token));
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 7_200 });
  expect(answer.json.token).not.toBe(token);
  expect(answer.setCookies).toEqual([]);
  expect((await send(server.url, '/api/order', { headers: bearer(answer.json.token) })).status).toBe(200);
});

test('twenty refreshes at once all succeed', async () => {
  const { refresh_token } = await bearerTokens();
  const answers = await Promise.all(Array.from({ length: 20 }, () => put(bearer(refresh_token))));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
});

describe('everything that is not a valid refresh token gets 403 Wrong Token', () => {
  const wrongToken = { error: 'invalid_grant', message: 'Wrong Token' };

  test('nothing at all', async () => {
    const answer = await put();
    expect([answer.status, answer.json]).toEqual([403, wrongToken]);
  });

  test('an access token', async () => {
    const { token } = await bearerTokens();
    expect([(await put(bearer(token))).status, (await put(bearer(token))).json]).toEqual([403, wrongToken]);
  });

  test('a refresh token of a session that was signed out', async () => {
    const { token, refresh_token } = await bearerTokens();
    await send(server.url, '/api/logout', { method: 'POST', headers: bearer(token) });
    expect((await put(bearer(refresh_token))).json).toEqual(wrongToken);
  });

  test.each([
    ['of a session that never was', {}],
    ['of a user who never was', { claims: { user_id: 999_999 } }],
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1_000) - 1 } }],
    ['of another audience', { claims: { aud: `${APP_ORIGIN}/api` } }],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }],
    ['of another type', { header: { typ: 'access+jwt' } }],
    ['signed with the access key', { wrongKey: true }],
    ['of an unknown key', { header: { kid: '../../dev/null' } }],
    ['that does not say refresh', { claims: { refresh: 'true' } }],
  ])('a token %s', async (_, changes) => {
    const answer = await put(bearer(await makeToken({ kind: 'refresh', ...changes })));
    expect([answer.status, answer.json]).toEqual([403, wrongToken]);
  });

  test('an unsigned copy of a good one', async () => {
    const { refresh_token } = await bearerTokens();
    expect((await put(bearer(unsigned(refresh_token)))).json).toEqual(wrongToken);
  });

  test.each([
    'Fe26.2*constructor*a*b*c**d*e',
    'Fe26.1*constructor*a*b*c**d*e',
    'Fe26.2*1*a*b*c*zz*d*e',
    '%00',
    '*'.repeat(5_000),
    'x',
  ])('the odd cookie %j, which is cleared', async (value) => {
    const answer = await put({ cookie: `refresh_token=${value}` });
    expect([answer.status, answer.json]).toEqual([403, wrongToken]);
    expect(answer.setCookies.filter((line) => line.includes('Max-Age=0')).map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['access_token', 'refresh_token', 'session_hint']),
    );
  });

  test('a seal in Authorization, and junk in Authorization beside a good cookie', async () => {
    const visitor = await signedIn();
    const seal = visitor.jar.get('refresh_token') ?? '';
    expect((await put(bearer(seal))).status).toBe(403);
    const both = await put({ cookie: `refresh_token=${seal}`, authorization: 'Bearer junk' });
    expect([both.status, both.setCookies]).toEqual([403, []]);
    expect((await put({ cookie: `refresh_token=${seal}` })).status).toBe(201);
  });
});

test('a refresh from another site is refused and clears nothing', async () => {
  const visitor = await signedIn();
  const answer = await visitor.send('/api/refresh_token', { method: 'PUT', headers: CROSS_SITE });
  expect([answer.status, answer.json.error, answer.setCookies]).toEqual([403, 'cross_site_request', []]);
});

test('refreshing is a PUT: POST is 405, and so is a GET that is no navigation', async () => {
  const visitor = await signedIn();
  const post = await visitor.send('/api/refresh_token', {
    method: 'POST',
    headers: { 'x-http-method-override': 'PUT' },
  });
  expect(post.status).toBe(405);
  expect((await visitor.send('/api/refresh_token?_method=PUT', { method: 'POST' })).status).toBe(405);
  for (const mode of ['cors', 'no-cors']) {
    const get = await visitor.send('/api/refresh_token', {
      headers: { 'sec-fetch-mode': mode, 'sec-fetch-dest': 'image' },
    });
    expect([get.status, get.headers.allow, get.setCookies]).toEqual([405, 'PUT', []]);
  }
});

describe('a page opened with an expired access token', () => {
  const openRefreshAddress = (visitor: Visitor, returnTo: string, headers = {}) =>
    visitor.send(`/api/refresh_token?returnTo=${encodeURIComponent(returnTo)}`, {
      headers: { ...NAVIGATION, ...headers },
    });

  test('is refreshed and opened again', async () => {
    const visitor = await signedIn();
    const answer = await openRefreshAddress(visitor, '/order?status=paid#top');
    expect([answer.status, answer.headers.location]).toEqual([303, '/order?status=paid#top']);
    expect(answer.setCookies.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['access_token', 'session_hint']),
    );
    expect(answer.setCookies.join()).not.toContain('refresh_token=Fe');
  });

  test('leads to sign-in without a refresh token, and bad cookies are cleared', async () => {
    const visitor = new Visitor(server.url);
    visitor.jar.set('access_token', 'x').set('session_hint', '1.2.3').set('refresh_token', 'x', '/api/refresh_token');
    const answer = await openRefreshAddress(visitor, '/account');
    expect([answer.status, answer.headers.location]).toEqual([303, '/login?returnTo=%2Faccount']);
    expect(visitor.jar.names).toEqual([]);
  });

  test('after a link from another site is requested once more from its own origin', async () => {
    const stranger = new Visitor(server.url);
    const answer = await openRefreshAddress(stranger, `/order?x=</script><script>alert(1)</script>'"&`, {
      'sec-fetch-site': 'cross-site',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).toContain('http-equiv="refresh" content="0;url=/api/refresh_token?hop=1&amp;returnTo=');
    expect(answer.text).not.toContain('<script');
    expect(answer.setCookies).toEqual([]);
    const again = await stranger.send('/api/refresh_token?hop=1&returnTo=%2Forder', {
      headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
    });
    expect([again.status, again.headers.location]).toEqual([303, '/login']);
  });

  test('is not redirected endlessly when the access cookie does not stick', async () => {
    const visitor = await signedIn();
    const locations: (string | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) {
      visitor.jar.set('access_token', '');
      locations.push((await openRefreshAddress(visitor, '/order')).headers.location);
    }
    expect(locations).toEqual(['/order', '/order', '/order', '/login?notice=cookies']);
  });

  test('is refreshed as often as tabs are opened at once, since the access cookie does stick there', async () => {
    const visitor = await signedIn();
    for (let n = 0; n < 10; n += 1)
      expect((await openRefreshAddress(visitor, '/order')).headers.location).toBe('/order');
  });

  test.each([
    '%252F%252Fevil.test',
    '//evil.test',
    '/\\evil.test',
    '/.//evil.test',
    '/%09/evil.test',
    '/@evil.test/..//evil.test',
    'https:evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    '/order%0d%0aSet-Cookie:%20x=1',
  ])('with returnTo=%s stays on our origin', async (returnTo) => {
    const visitor = await signedIn();
    const answer = await visitor.send(`/api/refresh_token?returnTo=${returnTo}`, { headers: NAVIGATION });
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.location ?? '', APP_ORIGIN).origin).toBe(APP_ORIGIN);
    expect(answer.setCookies.some((line) => line.startsWith('x='))).toBe(false);
  });

  test('is refreshed too without Sec-Fetch headers, as in older browsers and behind filtering proxies', async () => {
    const visitor = await signedIn();
    const answer = await visitor.send('/api/refresh_token?returnTo=/order');
    expect([answer.status, answer.headers.location]).toEqual([303, '/order']);
    expect(answer.setCookies.map((line) => line.split('=')[0])).toContain('access_token');
  });

  test('from another site’s link in such a browser is requested once more, if only the hint was sent', async () => {
    const visitor = await signedIn();
    const hint = `session_hint=${visitor.jar.get('session_hint')}`;
    const headers = { accept: 'text/html', cookie: hint };
    const answer = await send(server.url, '/api/refresh_token?returnTo=/order', { headers });
    expect([answer.status, answer.setCookies]).toEqual([200, []]);
    expect(answer.text).toContain('url=/api/refresh_token?hop=1&amp;returnTo=');
  });
});

describe('no cookie causes endless redirects, whatever its value and path', () => {
  type Planted = [path: string, pair: string];

  /** Follow redirects as a browser does; returns the last address and the number of redirects. */
  async function open(path: string, planted: Planted[], headers: Record<string, string>) {
    const visitor = new Visitor(server.url);
    let at = path;
    for (let redirects = 0; redirects < 10; redirects += 1) {
      const [bare = ''] = at.split('?');
      const pairs = planted.filter(
        ([under]) => bare === under || bare.startsWith(under.endsWith('/') ? under : `${under}/`),
      );
      const cookie = [...pairs.map(([, pair]) => pair), visitor.jar.header(bare)].filter(Boolean).join('; ');
      const answer = await visitor.send(at, { headers: { ...headers, ...(cookie && { cookie }) } });
      const next = answer.headers.location ?? /url=([^"]+)"/.exec(answer.text)?.[1]?.replaceAll('&amp;', '&');
      if (next === undefined) return { status: answer.status, path: bare };
      at = next;
    }
    return { status: 0, path: 'in circles' };
  }

  const NO_WORD = { accept: 'text/html' };
  const bySelf = async (claims: object) => `access_token=${await makeToken({ claims })}`;
  const HINT = 'session_hint=11.1790000000.10';

  test.each<[what: string, planted: () => Promise<Planted[]>]>([
    ['a stale hint', async () => [['/', HINT]]],
    ['a stale hint of the sign-in page alone', async () => [['/login', HINT]]],
    ['a stale hint of the API alone', async () => [['/api', HINT]]],
    [
      'two hints',
      async () => [
        ['/', HINT],
        ['/login', 'session_hint=12.1.2'],
      ],
    ],
    ['a hint that is junk', async () => [['/login', 'session_hint=%00;;"']]],
    [
      'a junk refresh cookie of every path',
      async () => [
        ['/', 'refresh_token=x'],
        ['/', HINT],
      ],
    ],
    [
      'an empty refresh cookie',
      async () => [
        ['/', 'refresh_token='],
        ['/login', HINT],
      ],
    ],
    [
      'two refresh cookies',
      async () => [
        ['/', 'refresh_token=x'],
        ['/api', 'refresh_token=Fe26.2*1*a*b*c**d*e'],
        ['/login', HINT],
      ],
    ],
    [
      'an expired access cookie',
      async () => [
        ['/', await bySelf({ exp: 1 })],
        ['/login', HINT],
      ],
    ],
    ['an access cookie of the sign-in page alone', async () => [['/login', await bySelf({})]]],
    [
      'an access cookie of the sign-in page and the API',
      async () => [
        ['/login', await bySelf({})],
        ['/api', await bySelf({})],
      ],
    ],
    [
      'an access cookie of the API alone, and a hint',
      async () => [
        ['/api', await bySelf({})],
        ['/login', HINT],
      ],
    ],
    [
      'an access cookie of another user than the hint’s',
      async () => [
        ['/', await bySelf({ user_id: 12 })],
        ['/', HINT],
      ],
    ],
    [
      'a count that is none',
      async () => [
        ['/', 'renewal_count=NaN'],
        ['/login', HINT],
      ],
    ],
    [
      'a count that is too high',
      async () => [
        ['/', 'renewal_count=99'],
        ['/login', HINT],
      ],
    ],
    ['nothing', async () => []],
  ])('%s', async (_, planted) => {
    for (const headers of [NO_WORD, NAVIGATION, {}]) {
      for (const path of ['/login', '/order']) {
        const cookies = await planted();
        expect(await open(path, cookies, headers), `${path} ${JSON.stringify(headers)}`).toEqual({
          status: 200,
          path: '/login',
        });
      }
    }
  });

  test('a valid session still leads from the sign-in page to the orders', async () => {
    const visitor = await signedIn();
    const all: Planted[] = ['access_token', 'session_hint'].map((name) => ['/', `${name}=${visitor.jar.get(name)}`]);
    const expired: Planted[] = [
      ['/', `session_hint=${visitor.jar.get('session_hint')}`],
      ['/api/refresh_token', `refresh_token=${visitor.jar.get('refresh_token')}`],
    ];
    for (const headers of [NO_WORD, NAVIGATION, {}]) {
      for (const planted of [all, expired])
        expect(await open('/login', planted, headers)).toEqual({ status: 200, path: '/order' });
    }
  });

  test('cookies of another instance on this host are left alone, and the form is shown', async () => {
    const seal = `Fe26.2*7*${'0'.repeat(64)}*${'a'.repeat(22)}*${'b'.repeat(300)}**${'0'.repeat(64)}*${'c'.repeat(43)}~2`;
    const cookie = `${HINT}; refresh_token=${seal}; access_token=${await makeToken({ header: { kid: 'own-other' } })}`;
    const answer = await send(server.url, '/api/refresh_token?returnTo=/order', { headers: { ...NAVIGATION, cookie } });
    expect([answer.status, answer.headers.location, answer.setCookies]).toEqual([303, '/login', []]);
    const foreign: Planted[] = cookie.split('; ').map((pair) => ['/', pair]);
    expect(await open('/login', foreign, NAVIGATION)).toEqual({ status: 200, path: '/login' });
    expect((await put({ cookie })).setCookies).toEqual([]);
  });
});

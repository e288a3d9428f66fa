/** What becomes of a page's requests: sent once, sent again once, held back, or answered on the spot. On the shipped bundle. */
import { describe, expect, test } from 'vitest';
import { ORIGIN, place, simulate } from './test-browser.ts';

const refused = { status: 401, body: { error: 'invalid_token', message: '' } };
const POST = { method: 'POST', body: 'order' };

describe('a request', () => {
  test('says whom its page was drawn for, and an unsafe one has a key', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    tab.session.fetch('/api/order');
    tab.session.fetch('/api/order', POST);
    tab.session.fetch('/api/order', { ...POST, headers: { 'Idempotency-Key': 'mine' } });
    await clock.pass(100);
    const [read, placed, keyed] = server.requests;
    expect(read?.headers.get('Tandem-User')).toBe('1');
    expect(read?.headers.get('Idempotency-Key')).toBeNull();
    expect(placed?.headers.get('Tandem-User')).toBe('1');
    expect(placed?.headers.get('Idempotency-Key')).toMatch(/^key-/);
    expect(keyed?.headers.get('Idempotency-Key')).toBe('mine');
  });

  test('that is refused is sent once more, after a refresh, with the same body and key', async () => {
    const form = new FormData();
    form.set('file', new File(['\u0000bytes\r\n'], 'a.txt'));
    const inputs: [RequestInfo | URL, RequestInit?][] = [
      ['/api/order', POST],
      ['/api/order', { method: 'POST', body: form }],
      [new Request(`${ORIGIN}/api/order`, POST)],
      [new URL('/api/order', ORIGIN), { method: 'PUT', body: new Blob(['order']) }],
    ];
    for (const [input, init] of inputs) {
      const { clock, server, browser, signIn, puts } = simulate();
      const tab = await signIn();
      browser.jar.access = undefined;
      const response = tab.session.fetch(input, init);
      await clock.pass(100);
      expect((await response).status).toBe(200);
      const [first, again] = server.requests.filter(({ path }) => path === '/api/order');
      expect(again?.body).toBe(first?.body);
      expect(again?.headers.get('Idempotency-Key')).toBe(first?.headers.get('Idempotency-Key'));
      expect(server.requests.filter(({ path }) => path === '/api/order')).toHaveLength(2);
      expect(puts()).toBe(1);
    }
  });

  test('that is always refused is sent twice, with one refresh', async () => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/order' ? refused : undefined);
    const response = tab.session.fetch('/api/order');
    await clock.pass(5_000);
    expect((await response).status).toBe(401);
    expect(server.count('GET', '/api/order')).toBe(2);
    expect(puts()).toBe(1);
    expect(tab.session.getSnapshot().status).toBe('live');
  });

  test('with a wrong password is refused for good, and refreshes nothing', async () => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) =>
      path === '/api/password' ? { status: 401, body: { error: 'invalid_credentials' } } : undefined;
    const response = tab.session.fetch('/api/password', { method: 'PUT', body: '{}' });
    await clock.pass(100);
    expect((await response).status).toBe(401);
    expect(await (await response).json()).toEqual({ error: 'invalid_credentials' });
    expect(server.count('PUT', '/api/password')).toBe(1);
    expect(puts()).toBe(0);
  });

  test.each([
    ['an error other than 401', { status: 503, body: { error: 'unavailable' } }],
    ['a page of a proxy', { status: 502, body: null }],
  ])('that is answered with %s gets that answer, and is sent once', async (_, fault) => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    server.fault = () => fault;
    const response = tab.session.fetch('/api/order', POST);
    await clock.pass(100);
    expect((await response).status).toBe(fault.status);
    expect([server.count('POST', '/api/order'), puts()]).toEqual([1, 0]);
  });

  test('gets its answer before the body has ended, and the nonce that came with it is the next proof’s', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    const endless = new ReadableStream();
    server.fault = () => ({ status: 200, body: endless, headers: { 'DPoP-Nonce': 'next' } });
    const outcome = place(tab);
    await clock.pass(100);
    expect(await Promise.race([outcome, 'still waiting'])).toBe(200);
    expect(tab.bundle.nonce.last).toBe('next');
  });

  test('that is sent again is given up as well once its page is left', async () => {
    const { clock, browser, signIn, puts } = simulate();
    const tab = await signIn();
    browser.jar.access = undefined;
    const outcome = place(tab);
    await clock.pass(25);
    browser.network.delayMs = ({ method }) => (method === 'POST' ? 1_000 : 10);
    await clock.pass(100);
    expect(puts()).toBe(1);
    tab.session.giveUp();
    await clock.pass(0);
    expect(await Promise.race([outcome, 'still waiting'])).toBe('AbortError');
  });

  test('with a stream waits for a refresh first, and is never sent twice', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    const stream = () => ({ method: 'POST', body: new Blob(['stream']).stream(), duplex: 'half' });
    browser.sleep(60_000);
    const late = tab.session.fetch('/api/order', stream());
    await clock.pass(100);
    expect((await late).status).toBe(200);
    expect(puts()).toBe(1);
    browser.jar.access = undefined;
    const lost = tab.session.fetch('/api/order', stream());
    await clock.pass(1_500);
    expect((await lost).status).toBe(401);
    expect(server.count('POST', '/api/order')).toBe(2);
    expect([...server.effects.values()]).toEqual([['stream']]);
    expect(puts()).toBe(2);
  });

  test('that the caller gives up while it waits is rejected at once, and never sent', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    const abort = new AbortController();
    const outcome = tab.session.fetch('/api/order', { ...POST, signal: abort.signal }).catch((error) => error);
    await clock.pass(100);
    expect(tab.session.getSnapshot().status).toBe('revoked');
    expect(await Promise.race([outcome, 'still waiting'])).toBe('still waiting');
    abort.abort();
    await clock.pass(0);
    expect(await Promise.race([outcome, 'still waiting'])).toHaveProperty('name', 'AbortError');
    expect(server.effects.size).toBe(0);
  });

  test('waits half a minute for a server that is away, and not at all where that asks for more', async () => {
    for (const [retryAfter, waitMs, outcome] of [
      ['', 25_000, 'still waiting'],
      ['', 35_000, 'TypeError'],
      ['29', 100, 'still waiting'],
      ['31', 100, 'TypeError'],
    ] as const) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      const away = { status: 503, body: null, headers: { 'Retry-After': retryAfter } };
      server.fault = ({ path }) => (path === '/api/refresh_token' ? away : undefined);
      browser.sleep(60_000);
      const placed = place(tab);
      await clock.pass(waitMs);
      expect(await Promise.race([placed, 'still waiting'])).toBe(outcome);
      expect(server.effects.size).toBe(0);
    }
  });

  test('that no user waits for is not sent again when the session turns out to be revoked', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    const response = tab.session.fetch('/api/order', { background: true });
    await clock.pass(1_000);
    expect((await response).status).toBe(401);
    expect(server.count('GET', '/api/order')).toBe(1);
  });

  test('from a page that was drawn for somebody else draws the page again, and is not repeated', async () => {
    const { clock, server, signIn, browser } = simulate();
    const tab = await signIn('ada');
    browser.jar.access = { sessionId: 1, userId: 2, endsAtMs: Number.POSITIVE_INFINITY };
    const outcome = tab.session.fetch('/api/order', POST).catch((error) => error);
    await clock.pass(30);
    expect(await outcome).toHaveProperty('name', 'AbortError');
    expect(tab.history).toEqual(['reload']);
    expect(tab.user?.name).toBe('ben');
    expect(server.count('POST', '/api/order')).toBe(1);
    expect(server.effects.size).toBe(0);
  });

  test('to another origin, or from a signed-out page, is left alone', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.sleep(60_000);
    tab.window.fetch?.('https://elsewhere.test/api/order');
    await clock.pass(30);
    expect([...(server.requests[0]?.headers.keys() ?? [])]).toEqual([]);
    server.end(browser.jar.refresh?.sessionId);
    tab.load();
    await clock.pass(100);
    server.requests.length = 0;
    tab.window.fetch?.('/order', { headers: { 'next-router-prefetch': '1' } });
    await clock.pass(100);
    expect(server.requests.map(({ path }) => path)).toEqual(['/order']);
  });
});

describe('what the framework fetches', () => {
  test('goes at once while the token lives', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    tab.window.fetch?.('/order', { headers: { rsc: '1' } });
    await clock.pass(10);
    expect(server.requests.map(({ path }) => path)).toEqual(['/order']);
  });

  test('waits for one refresh when the token has ended', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    browser.sleep(60_000);
    const pages = [
      tab.window.fetch?.('/order', { headers: { rsc: '1' } }),
      tab.window.fetch?.('/order/new', { method: 'POST', headers: { 'next-action': 'a' }, body: 'form' }),
    ];
    await clock.pass(100);
    for (const response of await Promise.all(pages)) expect(response?.status).toBe(200);
    expect(puts()).toBe(1);
    const [first, ...rest] = server.requests.map(({ path }) => path);
    expect(first).toBe('/api/refresh_token');
    expect(rest).toEqual(expect.arrayContaining(['/order', '/order/new']));
  });

  test('is answered with 204 on the spot when it is a prefetch with an ended token', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    tab.setVisible(false);
    browser.sleep(60_000);
    for (const header of ['next-router-prefetch', 'next-router-segment-prefetch']) {
      const response = tab.window.fetch?.('/order', { headers: { rsc: '1', [header]: '1' } });
      expect((await response)?.status).toBe(204);
    }
    expect(server.requests).toEqual([]);
    expect(clock.monotonicMs).toBe(200);
  });

  test('goes on to the server, without a dialog, when the session is revoked', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    await clock.pass(5_000);
    expect(tab.session.getSnapshot().status).toBe('revoked');
    const response = tab.window.fetch?.('/order', { headers: { rsc: '1' } });
    await clock.pass(100);
    expect((await response)?.status).toBe(401);
  });

  test('to any endpoint but the three that sign in, refresh and sign out goes through the gate', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    server.fault = () => ({ status: 200, body: {} });
    const paths = ['/api/login', '/api/logout', '/api/refresh_token', '/api/logout?all=1'];
    const gated = [
      '/api/logs',
      '/api/log',
      '/api/login/other',
      '/api/refresh_tokens',
      '/api/refresh_',
      '/api/LOGIN',
      '/',
    ];
    for (const path of [...paths, ...gated]) tab.window.fetch?.(path);
    tab.window.fetch?.(`${ORIGIN}.other.test/api/order`);
    await clock.pass(100);
    const seen = (isGated: boolean) =>
      server.requests.filter(({ headers }) => headers.has('Tandem-User') === isGated).map(({ path }) => path);
    expect(seen(false)).toEqual(['/api/login', '/api/logout', '/api/refresh_token', '/api/logout', '/api/order']);
    expect(seen(true)).toEqual(gated);
  });

  test('to the session’s own endpoints is never held back', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.sleep(60_000);
    tab.window.fetch?.('/api/logout', { method: 'POST' });
    await clock.pass(10);
    expect(server.requests.map(({ path }) => path)).toContain('/api/logout');
    expect(server.requests[0]?.path).toBe('/api/logout');
  });
});

describe('in the oldest supported browser', () => {
  test('requests are sent, sent again after a refresh, and given up when their caller gives up', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    browser.interfaces = 'oldest';
    const tab = await signIn();
    browser.jar.access = undefined;
    const placed = tab.session.fetch('/api/order', POST);
    await clock.pass(100);
    expect((await placed).status).toBe(200);
    expect(puts()).toBe(1);
    const abort = new AbortController();
    server.end(browser.jar.refresh?.sessionId);
    const outcome = tab.session.fetch('/api/order', { ...POST, signal: abort.signal }).catch((error) => error);
    await clock.pass(100);
    abort.abort();
    await clock.pass(0);
    expect(await Promise.race([outcome, 'still waiting'])).toHaveProperty('name', 'AbortError');
    const aborted = tab.session.fetch('/api/order', { signal: abort.signal }).catch((error) => error);
    await clock.pass(0);
    expect(await Promise.race([aborted, 'still waiting'])).toHaveProperty('name', 'AbortError');
  });

  test('leaving a page gives up its requests', async () => {
    const { clock, browser, signIn } = simulate();
    browser.interfaces = 'oldest';
    const tab = await signIn();
    browser.network.delayMs = () => 1_000;
    const outcome = tab.session.fetch('/api/order', POST).catch((error) => error);
    tab.session.signOut();
    await clock.pass(0);
    expect(await Promise.race([outcome, 'still waiting'])).toHaveProperty('name', 'AbortError');
  });

  test('without channels and locks a sign-out in one tab is seen in the other', async () => {
    const { clock, browser, signIn } = simulate();
    browser.interfaces = 'oldest';
    browser.locks = 'missing';
    const tab = await signIn();
    const other = browser.open();
    await clock.pass(100);
    tab.session.signOut();
    await clock.pass(10_000);
    expect(other.session.getSnapshot().status).toBe('revoked');
  });
});

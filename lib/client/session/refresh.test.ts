/** When the access token is refreshed, by whom, and what happens when it cannot be. In virtual time, on the shipped bundle. */
import { describe, expect, test } from 'vitest';
import { simulate, type TestTab } from './test-browser.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const get = (tab: TestTab) => tab.session.fetch('/api/order').then((response) => response.status);
const away = (status: number, headers = {}) => ({ status, body: { error: 'unavailable', message: '' }, headers });

describe('refreshing', () => {
  test('a page is refreshed before its token ends, for as long as it is open', async () => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    await clock.pass(10 * MINUTE_MS);
    expect(puts()).toBeGreaterThanOrEqual(40);
    expect(puts()).toBeLessThanOrEqual(55);
    expect(Math.min(...server.leftAtRefreshMs)).toBeGreaterThan(0);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: null, refreshes: puts() });
  });

  test('a token of two hours is refreshed within its last minute', async () => {
    const { clock, server, signIn, puts } = simulate();
    server.accessLifetimeMs = 2 * HOUR_MS;
    server.refreshLifetimeMs = 14 * 24 * HOUR_MS;
    await signIn();
    await clock.pass(2 * HOUR_MS);
    expect(puts()).toBe(1);
    expect(server.leftAtRefreshMs[0]).toBeLessThanOrEqual(MINUTE_MS);
    expect(server.leftAtRefreshMs[0]).toBeGreaterThan(MINUTE_MS / 2);
  });

  test('of several tabs one refreshes, once per lifetime', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    await signIn();
    let seed = 0;
    browser.random = () => (seed = (seed + 0.37) % 1);
    for (let i = 0; i < 4; i += 1) browser.open();
    server.requests.length = 0;
    await clock.pass(2 * MINUTE_MS);
    expect(puts()).toBeLessThanOrEqual(11);
    for (const tab of browser.tabs) expect(tab.session.getSnapshot().refreshes).toBe(puts());
  });

  test('ten tabs with twenty requests each, all refused at once, make one refresh', async () => {
    const { clock, browser, signIn, puts } = simulate();
    await signIn();
    while (browser.tabs.length < 10) browser.open();
    await clock.pass(2_000);
    browser.jar.access = undefined;
    const statuses = browser.tabs.flatMap((tab) => Array.from({ length: 20 }, () => get(tab)));
    await clock.pass(1_000);
    expect(await Promise.all(statuses)).toEqual(Array(200).fill(200));
    expect(puts()).toBe(1);
  });

  test('a refusal that comes after a refresh makes no further one', async () => {
    const { clock, browser, signIn, puts } = simulate();
    const tab = await signIn();
    await clock.pass(2_000);
    browser.jar.access = undefined;
    browser.network.delayMs = ({ path }) => (path === '/api/product' ? 300 : 10);
    const slow = tab.session.fetch('/api/product');
    const quick = get(tab);
    await clock.pass(2_000);
    expect(await quick).toBe(200);
    expect((await slow).status).toBe(200);
    expect(puts()).toBe(1);
  });

  test('without locks the same requests all succeed', async () => {
    const { clock, browser, signIn } = simulate();
    browser.locks = 'missing';
    await signIn();
    while (browser.tabs.length < 10) browser.open();
    await clock.pass(2_000);
    browser.jar.access = undefined;
    const statuses = browser.tabs.flatMap((tab) => Array.from({ length: 20 }, () => get(tab)));
    await clock.pass(1_000);
    expect(await Promise.all(statuses)).toEqual(Array(200).fill(200));
  });

  test('a lock that a stranger never gives back delays a request by five seconds, not more', async () => {
    const { clock, browser, signIn } = simulate();
    const tab = await signIn();
    browser.locks = 'held by a stranger';
    browser.sleep(MINUTE_MS);
    const status = get(tab);
    await clock.pass(5_100);
    expect(await Promise.race([status, 'still waiting'])).toBe(200);
  });

  test('a refresh that is never answered frees the lock after ten seconds, and is tried again', async () => {
    const { clock, browser, signIn, puts } = simulate();
    const tab = await signIn();
    browser.network.delayMs = ({ method }) => (method === 'PUT' ? HOUR_MS : 10);
    await clock.pass(14_000);
    expect(browser.lockHolder).toBe(tab);
    await clock.pass(10_000);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'unknown', notice: 'unreachable' });
    browser.network.delayMs = () => 10;
    await clock.pass(15_000);
    expect(browser.lockHolder).toBeUndefined();
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: null });
    expect(puts()).toBeGreaterThan(0);
  });

  test('a hidden tab sets one timer per lifetime', async () => {
    const { clock, signIn, puts } = simulate();
    const tab = await signIn();
    tab.setVisible(false);
    await clock.pass(100);
    const steps = clock.steps;
    await clock.pass(13_000);
    expect(puts()).toBe(1);
    // The timer, the request, its answer, and the bounds of lock and call, which nobody minds.
    expect(clock.steps - steps).toBeLessThanOrEqual(5);
  });

  test('a lifetime of one second makes no more than one refresh a second', async () => {
    const { clock, server, signIn, puts } = simulate();
    server.accessLifetimeMs = 1_000;
    const tab = await signIn();
    await clock.pass(30_000);
    expect(puts()).toBeLessThanOrEqual(31);
    const status = get(tab);
    await clock.pass(2_000);
    expect(await Promise.race([status, 'still waiting'])).toBe(200);
  });
});

describe('clocks', () => {
  test('after three hours of sleep five clicks at once make one refresh and no refusal', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    browser.server.refreshLifetimeMs = 14 * 24 * HOUR_MS;
    const [session] = server.sessions;
    if (session) session.endsAtMs += 24 * HOUR_MS;
    browser.sleep(3 * HOUR_MS);
    tab.setVisible(true);
    const statuses = Array.from({ length: 5 }, () => get(tab));
    await clock.pass(500);
    expect(await Promise.all(statuses)).toEqual(Array(5).fill(200));
    expect(puts()).toBe(1);
    expect(server.count('GET', '/api/order')).toBe(5);
  });

  for (const hours of [-3, 3]) {
    test(`a clock that is ${hours} hours wrong changes nothing`, async () => {
      const { clock, server, signIn, puts } = simulate();
      clock.wallErrorMs = hours * HOUR_MS;
      server.accessLifetimeMs = 2 * MINUTE_MS;
      const tab = await signIn();
      for (let i = 0; i < 60; i += 1) {
        const status = get(tab);
        await clock.pass(1_000);
        expect(await Promise.race([status, 'still waiting'])).toBe(200);
      }
      expect(puts()).toBe(0);
    });

    test(`a clock that jumps by ${hours} hours costs at most one refresh`, async () => {
      const { clock, server, signIn, puts } = simulate();
      server.accessLifetimeMs = 2 * MINUTE_MS;
      const tab = await signIn();
      clock.wallErrorMs = hours * HOUR_MS;
      await clock.pass(MINUTE_MS);
      expect(puts()).toBe(hours > 0 ? 1 : 0);
      expect(tab.session.getSnapshot().status).toBe('live');
    });
  }

  test('when another tab refreshes, the end moves by the server’s times alone', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    server.accessLifetimeMs = 100_000;
    const first = await signIn();
    await clock.pass(50_000);
    const second = browser.open();
    clock.wallErrorMs = -9 * HOUR_MS;
    browser.jar.access = undefined;
    const status = get(first);
    await clock.pass(500);
    expect(await status).toBe(200);
    expect(puts()).toBe(1);
    const { expiresInMs, refreshes } = second.session.getSnapshot();
    expect(refreshes).toBe(1);
    expect(expiresInMs).toBeGreaterThan(98_000);
    expect(expiresInMs).toBeLessThanOrEqual(101_000);
  });

  test('a refresh by another tab that is seen late is believed no longer for that', async () => {
    const { clock, browser, signIn } = simulate();
    const first = await signIn();
    const second = browser.open();
    second.setVisible(false);
    browser.messageDelayMs = () => HOUR_MS;
    await clock.pass(2_000);
    browser.jar.access = undefined;
    await Promise.all([get(first), clock.pass(500)]);
    first.close();
    await clock.pass(10_000);
    const { refreshes, expiresInMs } = second.session.getSnapshot();
    expect(refreshes).toBe(1);
    expect(expiresInMs).toBeLessThan(6_500);
  });

  test('after a sleep, a refresh by another tab is believed for its own lifetime only', async () => {
    const { clock, browser, signIn } = simulate();
    const first = await signIn();
    const second = browser.open();
    await clock.pass(1_000);
    browser.sleep(10 * MINUTE_MS);
    await Promise.all([get(first), clock.pass(500)]);
    expect(second.session.getSnapshot().expiresInMs).toBeLessThanOrEqual(15_000);
    expect(second.session.getSnapshot().expiresInMs).toBeGreaterThan(13_000);
  });
});

describe('when the server cannot be asked', () => {
  test('the page stays, a request waits, and goes through once the server is back', async () => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    const answers = [away(503), away(429, { 'Retry-After': '4' })];
    server.fault = ({ path }) => (path === '/api/refresh_token' ? answers.shift() : undefined);
    await clock.pass(13_000);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'unknown', notice: 'unreachable' });
    const placed = tab.session.fetch('/api/order', { method: 'POST', body: 'once' });
    await clock.pass(5_000);
    expect((await placed).status).toBe(200);
    expect([...server.effects.values()]).toEqual([['once']]);
    expect(puts()).toBe(3);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: 'recovered' });
    await clock.pass(8_000);
    expect(tab.session.getSnapshot().notice).toBeNull();
    expect(tab.history).toEqual([]);
  });

  test('a live token is used meanwhile', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/refresh_token' ? away(503) : undefined);
    await clock.pass(13_000);
    expect(tab.session.getSnapshot().status).toBe('unknown');
    const status = get(tab);
    await clock.pass(20);
    expect(await Promise.race([status, 'still waiting'])).toBe(200);
  });

  test('Retry-After is honoured, also by what wakes the page', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/refresh_token' ? away(429, { 'Retry-After': '60' }) : undefined);
    await clock.pass(13_000);
    expect(puts()).toBe(1);
    server.fault = undefined;
    tab.dispatch('focus');
    browser.setOnline(false);
    browser.setOnline(true);
    await clock.pass(58_000);
    expect(puts()).toBe(1);
    await clock.pass(3_000);
    expect(puts()).toBe(2);
  });

  test('a Retry-After that is endless, a day, a date or no number holds nothing up for more than five minutes', async () => {
    const values = ['Infinity', '1e400', '99999999999', '86400', '-86400', '', 'soon', 'Wed, 21 Oct 2099 07:28:00 GMT'];
    for (const value of values) {
      const { clock, server, signIn } = simulate();
      const tab = await signIn();
      server.fault = ({ path }) => (path === '/api/refresh_token' ? away(503, { 'Retry-After': value }) : undefined);
      await clock.pass(20_000);
      expect(tab.session.getSnapshot().status).toBe('unknown');
      server.fault = undefined;
      await clock.pass(5 * MINUTE_MS);
      expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: null });
    }
  });

  test('tries of a hidden page come ever more rarely, with chance in between', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    tab.setVisible(false);
    browser.random = () => 0;
    server.fault = ({ path }) => (path === '/api/refresh_token' ? away(500) : undefined);
    await clock.pass(13_000);
    await clock.pass(MINUTE_MS);
    const inFirstMinute = puts();
    await clock.pass(5 * MINUTE_MS);
    expect(inFirstMinute).toBeLessThanOrEqual(9);
    expect(puts() - inFirstMinute).toBeLessThanOrEqual(11);
    expect(puts() - inFirstMinute).toBeGreaterThanOrEqual(9);
    expect(tab.session.getSnapshot().status).toBe('unknown');
  });

  test('a page that is looked at tries again within five seconds, also one that has just been shown', async () => {
    for (const isHiddenMeanwhile of [false, true]) {
      const { clock, server, browser, signIn, puts } = simulate();
      const tab = await signIn();
      browser.random = () => 0;
      server.fault = ({ path }) => (path === '/api/refresh_token' ? away(500) : undefined);
      tab.setVisible(!isHiddenMeanwhile);
      await clock.pass(5 * MINUTE_MS);
      // Hidden it asks every half minute, visible every five seconds.
      expect(puts() > 50).toBe(!isHiddenMeanwhile);
      tab.setVisible(true);
      const tried = puts();
      await clock.pass(5_100);
      expect(puts()).toBeGreaterThan(tried);
      // And yet not at once, whenever it is shown or focused.
      for (let n = 0; n < 20; n += 1) {
        tab.dispatch('focus');
        await clock.pass(100);
      }
      expect(puts() - tried).toBeLessThanOrEqual(2);
      server.fault = undefined;
      await clock.pass(5_100);
      expect(tab.session.getSnapshot().status).toBe('live');
    }
  });

  test('offline is said, and ends as soon as the network is back', async () => {
    const { clock, browser, signIn } = simulate();
    const tab = await signIn();
    browser.setOnline(false);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: 'offline' });
    await clock.pass(2 * MINUTE_MS);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'unknown', notice: 'offline' });
    browser.setOnline(true);
    const status = get(tab);
    await clock.pass(100);
    expect(await Promise.race([status, 'still waiting'])).toBe(200);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'live', notice: 'recovered' });
    await clock.pass(4_000);
    expect(tab.session.getSnapshot().notice).toBeNull();
  });

  test('nothing but invalid_grant means that the session is revoked', async () => {
    const strangers = [
      { status: 401, body: { error: 'invalid_token' } },
      { status: 403, body: { error: 'cross_site_request' } },
      { status: 403, body: 'Blocked by a proxy' },
      { status: 200, body: 'Welcome to our WiFi' },
      { status: 404, body: null },
    ];
    for (const answer of strangers) {
      const { clock, server, signIn } = simulate();
      const tab = await signIn();
      server.fault = ({ path }) => (path === '/api/refresh_token' ? answer : undefined);
      await clock.pass(20_000);
      expect(tab.session.getSnapshot().status).toBe('unknown');
      server.fault = undefined;
      await clock.pass(20_000);
      expect(tab.session.getSnapshot().status).toBe('live');
    }
  });

  test('a proof that this browser cannot make is asked for three times, and then the session is revoked', async () => {
    const { clock, server, signIn, puts } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) =>
      path === '/api/refresh_token' ? { status: 400, body: { error: 'use_dpop_nonce' } } : undefined;
    while (puts() < 2) await clock.pass(100);
    await clock.pass(100);
    expect(tab.session.getSnapshot().status).toBe('unknown');
    await clock.pass(20_000);
    expect(puts()).toBe(3);
    expect(tab.session.getSnapshot().status).toBe('revoked');
  });

  test('a request does not wait for ever: it fails like one without network', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/refresh_token' ? away(503) : undefined);
    await clock.pass(20_000);
    const outcome = get(tab).catch((error: unknown) => error);
    await clock.pass(MINUTE_MS);
    expect(await Promise.race([outcome, 'still waiting'])).toBeInstanceOf(TypeError);
    expect(server.count('GET', '/api/order')).toBe(0);
  });
});

/** How a page looks after its session while it is open, hidden, shown again and left. On the shipped bundle. */
import { describe, expect, test } from 'vitest';
import { place, simulate } from './test-browser.ts';

const MINUTE_MS = 60_000;
const settled = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve('still waiting')]);

describe('a page', () => {
  test('learns within five seconds, while it is visible, that its session was ended elsewhere', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    await clock.pass(3_333);
    server.end(browser.jar.refresh?.sessionId);
    await clock.pass(5_000);
    expect(tab.session.getSnapshot().status).toBe('revoked');
    // The check itself does not wait for the next sign-in.
    const checks = server.count('GET', '/api/session');
    expect(checks).toBeGreaterThan(0);
    tab.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(tab.session.getSnapshot().status).toBe('live');
    expect(server.count('GET', '/api/session')).toBe(checks);
  });

  test('learns it as soon while its requests are given up one after the other', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.network.delayMs = ({ path }) => (path === '/api/order' ? MINUTE_MS : 10);
    const aborts = Array.from({ length: 5 }, () => new AbortController());
    for (const { signal } of aborts) place(tab, signal);
    server.end(browser.jar.refresh?.sessionId);
    for (const abort of aborts) {
      await clock.pass(1_000);
      abort.abort();
    }
    expect(tab.session.getSnapshot().status).toBe('revoked');
  });

  test('asks nothing while it is hidden, and at once when it is shown', async () => {
    const { clock, server, browser, signIn } = simulate();
    server.accessLifetimeMs = 10 * MINUTE_MS;
    const tab = await signIn();
    tab.setVisible(false);
    await clock.pass(MINUTE_MS);
    expect(server.requests).toEqual([]);
    server.end(browser.jar.refresh?.sessionId);
    tab.setVisible(true);
    await clock.pass(100);
    expect(tab.session.getSnapshot().status).toBe('revoked');
  });

  test('sends at most one request in five seconds, however often it is focused', async () => {
    for (let beginMs = 0; beginMs < 4_000; beginMs += 400) {
      const { clock, server, signIn } = simulate();
      server.accessLifetimeMs = 10 * MINUTE_MS;
      const tab = await signIn();
      await clock.pass(10_000 + beginMs);
      server.requests.length = 0;
      for (let i = 0; i < 10; i += 1) {
        tab.dispatch('focus');
        tab.setVisible(i % 2 === 1);
        await clock.pass(495);
      }
      expect(server.requests.length).toBeLessThanOrEqual(1);
    }
  });

  test('of nobody asks nothing', async () => {
    const { clock, server, browser } = simulate();
    const tab = browser.open();
    tab.dispatch('focus');
    await clock.pass(MINUTE_MS);
    expect(server.requests).toEqual([]);
    expect(tab.session.getSnapshot()).toMatchObject({ user: null, status: 'unknown' });
  });

  test('from the back/forward cache is drawn again unless it is still its user’s', async () => {
    const { clock, browser, signIn } = simulate();
    const tab = await signIn();
    tab.dispatch('pageshow', { persisted: true });
    expect(tab.history).toEqual([]);
    browser.jar = {};
    tab.dispatch('pageshow', { persisted: false });
    expect(tab.history).toEqual([]);
    tab.dispatch('pageshow', { persisted: true });
    await clock.pass(0);
    expect(tab.history).toEqual(['reload']);
  });

  test('that is looked at stays as it is, although its hint is gone', async () => {
    const { clock, browser, signIn } = simulate();
    const tab = await signIn();
    browser.jar.hint = undefined;
    for (const event of ['focus', 'visibilitychange', 'resume', 'online', 'pageshow']) tab.dispatch(event);
    await clock.pass(100);
    expect(tab.history).toEqual([]);
  });

  test('that was left is drawn again when it comes back', async () => {
    const { browser, signIn } = simulate();
    const tab = await signIn();
    browser.isOnline = false;
    tab.session.giveUp();
    tab.dispatch('pageshow', { persisted: true });
    expect(tab.history.at(-1)).toBe('reload');
  });

  test('whose tab is told nothing still sees another user when it wakes', async () => {
    const { clock, browser, signIn } = simulate();
    const tab = await signIn('ada');
    tab.setVisible(false);
    browser.messageDelayMs = () => 10 * MINUTE_MS;
    browser.open().session.signIn('ben', 'right');
    await clock.pass(100);
    expect(tab.user?.name).toBe('ada');
    tab.setVisible(true);
    await clock.pass(100);
    expect(tab.user?.name).toBe('ben');
  });

  test('drawn once more from what the router has kept knows the token’s true end', async () => {
    const { clock, signIn, puts } = simulate();
    const tab = await signIn();
    await clock.pass(8_000);
    tab.session.start({ user: { id: 1, name: 'ada' }, expiresInSeconds: 15 });
    await clock.pass(4_500);
    expect(puts()).toBe(1);
  });

  test('that the browser had frozen looks after its session as soon as it goes on', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    browser.sleep(MINUTE_MS);
    tab.dispatch('resume');
    await clock.pass(50);
    expect(tab.session.getSnapshot().status).toBe('revoked');
  });

  test('that has stopped is not drawn again for what it would see', async () => {
    const { clock, browser, signIn } = simulate();
    browser.interfaces = 'oldest';
    const tab = await signIn('ada');
    tab.stop();
    browser.open().session.signIn('ben', 'right');
    await clock.pass(100);
    for (const event of ['focus', 'visibilitychange', 'resume', 'online', 'offline', 'pageshow']) tab.dispatch(event);
    await clock.pass(MINUTE_MS);
    expect(tab.history).toEqual([]);
  });

  test('that has stopped and begun again keeps one timer', async () => {
    const { clock, signIn } = simulate();
    const tab = await signIn();
    tab.setVisible(false);
    const countSteps = async () => {
      const before = clock.steps;
      await clock.pass(MINUTE_MS);
      return clock.steps - before;
    };
    const once = await countSteps();
    for (let times = 0; times < 20; times += 1) {
      tab.stop();
      tab.stop = tab.session.start({ user: { id: 1, name: 'ada' } });
    }
    expect(await countSteps()).toBeLessThan(2 * once);
  });

  test('that has stopped neither refreshes nor asks', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    tab.session.start({ user: { id: 1, name: 'ada' }, expiresInSeconds: 15 })();
    await clock.pass(MINUTE_MS);
    browser.sleep(MINUTE_MS);
    tab.dispatch('focus');
    await clock.pass(1_000);
    expect(server.requests).toEqual([]);
  });

  test('that has stopped leaves no request waiting: for a server that is away, for the network, or for a sign-in', async () => {
    for (const cause of ['away', 'offline', 'revoked']) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      if (cause === 'away')
        server.fault = ({ path }) => (path === '/api/refresh_token' ? { status: 503, body: null } : undefined);
      if (cause === 'offline') browser.setOnline(false);
      if (cause === 'revoked') server.end(browser.jar.refresh?.sessionId);
      await clock.pass(20_000);
      const outcome = place(tab);
      await clock.pass(100);
      expect(await settled(outcome)).toBe('still waiting');
      tab.session.start({ user: { id: 1, name: 'ada' }, expiresInSeconds: 0 })();
      await clock.pass(100);
      expect(await settled(outcome)).toBe(cause === 'offline' ? 'TypeError' : 401);
      expect(server.effects.size).toBe(0);
    }
  });

  test('hands out the same snapshot until something has changed', async () => {
    const { clock, signIn } = simulate();
    const tab = await signIn();
    const before = tab.session.getSnapshot();
    let calls = 0;
    const unsubscribe = tab.session.subscribe(() => {
      calls += 1;
    });
    tab.dispatch('focus');
    await clock.pass(10_000);
    expect(tab.session.getSnapshot()).toBe(before);
    await clock.pass(5_000);
    expect(tab.session.getSnapshot()).not.toBe(before);
    expect(calls).toBeGreaterThan(0);
    unsubscribe();
    const callsThen = calls;
    await clock.pass(MINUTE_MS);
    expect(calls).toBe(callsThen);
  });
});

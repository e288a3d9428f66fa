/** How somebody signs in in place, beside other tabs, and goes on where the session was revoked. On the shipped bundle. */
import { describe, expect, test } from 'vitest';
import { place, simulate } from './test-browser.ts';

const MINUTE_MS = 60_000;
const settled = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve('still waiting')]);

describe('a session that is revoked in the middle of work', () => {
  async function waitingTab() {
    const simulation = simulate();
    const { clock, server, browser, signIn } = simulation;
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    const outcome = place(tab);
    await clock.pass(100);
    expect(tab.session.getSnapshot().status).toBe('revoked');
    expect(await settled(outcome)).toBe('still waiting');
    return { ...simulation, tab, outcome };
  }

  test('goes on in place: what waited is sent once, as it was', async () => {
    const { clock, server, tab, outcome } = await waitingTab();
    await clock.pass(MINUTE_MS);
    const result = tab.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(await result).toMatchObject({ user: { id: 1, name: 'ada' } });
    expect(await settled(outcome)).toBe(200);
    expect([...server.effects.values()]).toEqual([['order']]);
    expect(tab.session.getSnapshot().status).toBe('live');
    expect(tab.history).toEqual([]);
  });

  test('goes on in place whatever the hint shows: nothing, another cookie of that name, or no change', async () => {
    for (const shown of ['', '__Host-session_hint=9.1700000000.15', '__Host-session_hint=1.1800000000.15']) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      browser.cookies = () => shown;
      tab.load();
      server.end(browser.jar.refresh?.sessionId);
      await clock.pass(10_000);
      const outcome = place(tab);
      expect(tab.session.getSnapshot().status).toBe('revoked');
      tab.session.signIn('ada', 'right');
      await clock.pass(100);
      expect(await settled(outcome)).toBe(200);
      expect(tab.session.getSnapshot().status).toBe('live');
      expect(tab.history).toEqual([]);
    }
  });

  test('goes on when the same user signs in in another tab', async () => {
    const { clock, server, browser, outcome } = await waitingTab();
    const other = browser.open();
    expect(other.user).toBeNull();
    other.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(await settled(outcome)).toBe(200);
    expect([...server.effects.values()]).toEqual([['order']]);
  });

  test('does nothing for another user who signs in: the page is drawn again', async () => {
    const { clock, server, tab, outcome } = await waitingTab();
    tab.session.signIn('ben', 'right');
    await clock.pass(100);
    expect(await settled(outcome)).toBe('AbortError');
    expect(tab.history).toEqual(['reload']);
    expect(tab.user?.name).toBe('ben');
    expect(server.effects.size).toBe(0);
  });

  test('stays revoked after a wrong password, and says what the server said', async () => {
    const { clock, tab, outcome } = await waitingTab();
    const result = tab.session.signIn('ada', 'wrong');
    await clock.pass(100);
    expect(await result).toMatchObject({ message: 'Wrong name or password.' });
    expect(await result).not.toHaveProperty('user');
    expect(await settled(outcome)).toBe('still waiting');
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'revoked' });
  });

  test('can be given up: what waited is rejected, and /login leads back', async () => {
    const { clock, server, tab, outcome } = await waitingTab();
    tab.session.giveUp();
    await clock.pass(0);
    expect(await settled(outcome)).toBe('AbortError');
    expect(tab.history).toEqual(['/login?returnTo=%2Forder%3Fstatus%3Dpaid%23top']);
    expect(server.effects.size).toBe(0);
  });

  test('opens no dialog for what nobody asked for', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.end(browser.jar.refresh?.sessionId);
    const response = tab.session.fetch('/api/order', { background: true });
    await clock.pass(100);
    expect((await response).status).toBe(401);
    expect(tab.session.getSnapshot()).toMatchObject({ status: 'revoked' });
  });

  test('is known to every tab at once', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    const other = browser.open();
    other.setVisible(false);
    server.end(browser.jar.refresh?.sessionId);
    place(tab);
    await clock.pass(100);
    expect(other.session.getSnapshot().status).toBe('revoked');
    expect(puts()).toBe(1);
  });
});

describe('signing in', () => {
  test('says when the server cannot be reached', async () => {
    const { clock, browser } = simulate();
    const tab = browser.open();
    browser.network.fate = () => 'request lost';
    const result = tab.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(await result).toEqual({});
  });

  test('says how long to wait, and which fields are wrong', async () => {
    const { clock, server, browser } = simulate();
    const tab = browser.open();
    const issues = [{ path: 'name', message: 'Too short' }];
    server.fault = () => ({
      status: 429,
      body: { error: 'rate_limited', message: 'Wait.', issues },
      headers: { 'Retry-After': '30' },
    });
    const result = tab.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(await result).toMatchObject({ message: 'Wait.', retryAfterSeconds: 30, issues });
    expect(await result).not.toHaveProperty('user');
  });

  test('waits for a refresh of another tab, whose late answer would undo it', async () => {
    const { clock, server, browser, signIn } = simulate();
    const first = await signIn();
    const second = browser.open();
    await clock.pass(100);
    server.end(browser.jar.refresh?.sessionId);
    browser.messageDelayMs = () => 2_000;
    browser.network.delayMs = ({ method }) => (method === 'PUT' ? 500 : 10);
    place(first);
    await clock.pass(600);
    second.session.signIn('ada', 'right');
    await clock.pass(3_000);
    expect(server.isLive(browser.jar)).toBe(true);
  });

  test('stops the refreshes of other tabs meanwhile, which does not make them doubt their session', async () => {
    const { clock, browser, signIn, puts } = simulate();
    const first = await signIn();
    const second = browser.open();
    await clock.pass(1_000);
    browser.locks = 'missing';
    for (const tab of browser.tabs) tab.load();
    browser.network.delayMs = ({ path }) => (path === '/api/order' ? 10 : 400);
    browser.jar.access = undefined;
    const placed = place(first);
    await clock.pass(100);
    second.session.signIn('ada', 'wrong');
    await clock.pass(100);
    expect(first.session.getSnapshot()).toMatchObject({ status: 'live', notice: null });
    // What was on its way when it was dropped still reaches the server.
    await clock.pass(500);
    const before = puts();
    await clock.pass(4_000);
    expect(puts()).toBe(before);
    await clock.pass(2_000);
    expect(await settled(placed)).toBe(200);
  });

  test('by a form without script is seen by other tabs as soon as the next page runs', async () => {
    const { clock, server, browser } = simulate();
    const tab = browser.open();
    const headers = new Headers({ 'Content-Type': 'application/json' });
    const form = { method: 'POST', path: '/api/login', headers, jar: {} };
    server.answer({ ...form, body: '{"name":"ada","pwd":"right"}' }).setCookies?.(browser.jar);
    browser.open();
    await clock.pass(100);
    expect(tab.user?.name).toBe('ada');
  });

  test('is not forgotten by a tab that hears late of the end before', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    const other = browser.open();
    other.setVisible(false);
    server.end(browser.jar.refresh?.sessionId);
    browser.messageDelayMs = () => 1_000;
    place(tab);
    await clock.pass(100);
    tab.session.signIn('ada', 'right');
    await clock.pass(800);
    expect(server.isLive(browser.jar)).toBe(true);
    await clock.pass(150);
    expect(other.session.getSnapshot().status).toBe('live');
  });

  test('draws signed-out pages of other tabs again', async () => {
    const { clock, browser } = simulate();
    const first = browser.open();
    const second = browser.open();
    first.session.signIn('ada', 'right');
    await clock.pass(100);
    expect(second.history).toEqual(['reload']);
    expect(second.user?.name).toBe('ada');
  });

  test('as somebody else draws the pages of other tabs again', async () => {
    const { clock, browser, signIn } = simulate();
    const first = await signIn('ada');
    const second = browser.open();
    second.session.signIn('ben', 'right');
    await clock.pass(100);
    expect(first.user?.name).toBe('ben');
    expect(second.user?.name).toBe('ben');
  });
});

/** How a page's session begins, is watched, ends and goes on: alone, beside other tabs, and when the server is away. */
import { describe, expect, test } from 'vitest';
import { simulate, type TestTab } from './test-browser.ts';

const MINUTE_MS = 60_000;
const POST = { method: 'POST', body: 'order' };
const settled = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve('still waiting')]);

function place(tab: TestTab, signal: AbortSignal | null = null): Promise<unknown> {
  return tab.session.fetch('/api/order', { ...POST, signal }).then(
    (response) => response.status,
    (error: Error) => error.name,
  );
}

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
    const form = { method: 'POST', path: '/api/login', headers: new Headers(), jar: {} };
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

describe('signing out', () => {
  test('empties every tab, ends the session and leaves no cookie', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    const other = browser.open();
    tab.bundle.saveDraft(1, { note: 'typed' });
    expect(Object.keys(browser.storage)).toHaveLength(1);
    tab.bundle.signOut();
    expect(tab.isConcealed).toBe(true);
    tab.bundle.saveDraft(1, { note: 'typed late' });
    await clock.pass(100);
    expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(browser.jar).toEqual({});
    expect(browser.storage).toEqual({});
    expect(tab.history).toEqual(['/login']);
    expect(other.history).toEqual(['/login']);
    expect(tab.user).toBeNull();
  });

  test('is not undone by a refresh in flight, in this tab or another', async () => {
    for (const which of [0, 1]) {
      const { clock, browser, signIn } = simulate();
      await signIn();
      browser.open();
      await clock.pass(1_000);
      browser.network.delayMs = ({ method }) => (method === 'PUT' ? 1_500 : 10);
      browser.sleep(MINUTE_MS);
      const [tab, other] = browser.tabs;
      place((which ? other : tab) as TestTab);
      await clock.pass(1_000);
      tab?.session.signOut();
      await clock.pass(5_000);
      expect(browser.jar).toEqual({});
      expect(browser.tabs.map(({ user }) => user)).toEqual([null, null]);
    }
  });

  test('stops the refreshes of other tabs for a while', async () => {
    const { clock, server, browser, signIn, puts } = simulate();
    const tab = await signIn();
    const other = browser.open();
    browser.locks = 'missing';
    for (const each of browser.tabs) each.load();
    await clock.pass(1_000);
    server.fault = ({ path }) => (path === '/api/logout' ? { status: 503, body: null } : undefined);
    tab.session.signOut();
    await clock.pass(100);
    browser.jar.access = undefined;
    place(other);
    await clock.pass(4_500);
    expect(puts()).toBe(0);
    await clock.pass(1_000);
    expect(puts()).toBe(1);
  });

  test('drops what comes back for the page', async () => {
    const { clock, signIn } = simulate();
    const tab = await signIn();
    const outcome = place(tab);
    tab.session.signOut();
    await clock.pass(100);
    expect(await settled(outcome)).toBe('AbortError');
  });

  test('hides the page when the server cannot be told, and tells it when it is back', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.setOnline(false);
    tab.session.signOut();
    await clock.pass(MINUTE_MS);
    expect(tab.isConcealed).toBe(true);
    expect(tab.history).toEqual([]);
    browser.setOnline(true);
    await clock.pass(2_500);
    expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(tab.history).toEqual(['/login']);
  });

  test('that waits for the server does not end the session of who signs in meanwhile', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.setOnline(false);
    tab.session.signOut();
    await clock.pass(10_100);
    browser.setOnline(true);
    const other = browser.open();
    other.session.signIn('ben', 'right');
    await clock.pass(5_000);
    expect(server.isLive(browser.jar)).toBe(true);
    expect(tab.user?.name).toBe('ben');
  });

  test('that waits for the server ends a session that another page has refreshed meanwhile', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/logout' ? { status: 503, body: null } : undefined);
    tab.session.signOut();
    await clock.pass(20_000);
    const other = browser.open();
    await clock.pass(100);
    expect(other.user?.name).toBe('ada');
    server.fault = undefined;
    await clock.pass(2_500);
    expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(browser.jar).toEqual({});
    expect(other.history).toEqual(['/login']);
  });

  test('in a page that was closed is gone on with by another, when it is opened or shown', async () => {
    for (const isOpen of [true, false]) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      const other = isOpen && browser.open();
      browser.network.fate = () => 'request lost';
      tab.bundle.signOut();
      await clock.pass(100);
      tab.close();
      browser.network.fate = () => 'ok';
      await clock.pass(1_000);
      expect(server.isLive(browser.jar)).toBe(true);
      if (other) other.setVisible(true);
      else browser.open();
      await clock.pass(100);
      expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
      expect(browser.jar).toEqual({});
    }
  });

  test('that somebody else answers, and not our server, is given up after a few pages', async () => {
    const { clock, server, signIn } = simulate();
    const tab = await signIn();
    server.fault = ({ path }) => (path === '/api/logout' ? { status: 200, body: {} } : undefined);
    tab.bundle.signOut();
    await clock.pass(MINUTE_MS);
    expect(server.count('POST', '/api/logout')).toBe(3);
    expect(tab.isConcealed).toBe(false);
    expect(tab.session.getSnapshot().status).toBe('live');
    tab.bundle.signOut();
    await clock.pass(MINUTE_MS);
    expect(server.count('POST', '/api/logout')).toBe(6);
  });

  test('is finished by the next page when a late answer has set another hint', async () => {
    const { clock, browser, signIn, puts } = simulate();
    const tab = await signIn();
    const { hint } = browser.jar;
    tab.session.signOut();
    await clock.pass(100);
    browser.jar.hint = hint;
    browser.tabs[0]?.load();
    await clock.pass(100);
    expect(puts()).toBe(1);
    expect(browser.jar).toEqual({});
  });
});

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

describe('a draft', () => {
  test('belongs to one user and outlives the page', async () => {
    const { signIn } = simulate();
    const tab = await signIn();
    expect(tab.bundle.readDraft(1)).toBeNull();
    tab.bundle.saveDraft(1, { note: 'typed' });
    tab.load();
    expect(tab.bundle.readDraft(1)).toEqual({ note: 'typed' });
    expect(tab.bundle.readDraft(2)).toBeNull();
  });

  test('is nothing where the browser keeps nothing, or something unreadable', async () => {
    const { browser, signIn } = simulate();
    const tab = await signIn();
    browser.storage['tandem-drafts'] = '{half';
    expect(tab.bundle.readDraft(1)).toBeNull();
  });
});

/** How somebody signs out: beside other tabs, and while the server cannot be told. On the shipped bundle. */
import { describe, expect, test } from 'vitest';
import { place, simulate, type TestTab } from './test-browser.ts';

const MINUTE_MS = 60_000;
const settled = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve('still waiting')]);

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

  test('does not wait for a refresh in flight', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.network.delayMs = ({ method }) => (method === 'PUT' ? 4_000 : 10);
    browser.jar.access = undefined;
    place(tab);
    await clock.pass(1_000);
    expect(browser.lockHolder).toBe(tab);
    tab.session.signOut();
    await clock.pass(100);
    expect(server.count('POST', '/api/logout')).toBe(1);
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

  test('that waits for the server does not end the session of who signs in meanwhile, with or without messages between tabs', async () => {
    for (const interfaces of ['newest', 'oldest'] as const) {
      for (const name of ['ada', 'ben']) {
        const { clock, server, browser, signIn } = simulate();
        browser.interfaces = interfaces;
        const tab = await signIn();
        const other = browser.open();
        browser.setOnline(false);
        tab.bundle.signOut();
        await clock.pass(10_100);
        browser.setOnline(true);
        other.session.signIn(name, 'right');
        await clock.pass(5_000);
        expect(server.isLive(browser.jar)).toBe(true);
        expect(tab.user?.name).toBe(name);
      }
    }
  });

  test('removes what another tab has saved while it waited, but nothing of who has signed in since', async () => {
    for (const name of [undefined, 'ben']) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      const other = browser.open();
      server.fault = ({ path }) => (path === '/api/logout' ? { status: 503, body: null } : undefined);
      tab.bundle.signOut();
      await clock.pass(500);
      other.bundle.saveDraft(name ? 2 : 1, { note: 'typed' });
      if (name) other.session.signIn(name, 'right');
      await clock.pass(500);
      server.fault = undefined;
      await clock.pass(5_000);
      expect(Object.keys(browser.storage)).toHaveLength(name ? 1 : 0);
    }
  });

  test('that waits for the server ends a session that another page has refreshed meanwhile, whether cookies tell of it or not', async () => {
    for (const isNoted of [false, true]) {
      const { clock, server, browser, signIn } = simulate();
      const tab = await signIn();
      server.fault = ({ path }) => (path === '/api/logout' ? { status: 503, body: null } : undefined);
      if (isNoted) tab.bundle.signOut();
      else tab.session.signOut();
      await clock.pass(20_000);
      const other = browser.open();
      await clock.pass(100);
      expect(other.user?.name).toBe('ada');
      server.fault = undefined;
      await clock.pass(2_500);
      expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
      expect(browser.jar).toEqual({});
      expect(other.history).toEqual(['/login']);
    }
  });

  test('whose cookie somebody deletes ends the session all the same', async () => {
    const { clock, server, browser, signIn } = simulate();
    const tab = await signIn();
    browser.setOnline(false);
    tab.bundle.signOut();
    await clock.pass(500);
    browser.jar.signOut = undefined;
    browser.setOnline(true);
    await clock.pass(2_500);
    expect(server.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(tab.history).toEqual(['/login']);
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

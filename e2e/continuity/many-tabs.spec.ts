import type { BrowserContext, Page } from 'playwright/test';
import { LOCK_WAIT_MS } from '../../lib/client/policy.ts';
import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import { waitForHydration } from '../fixtures/hydration.ts';
import { fillOrder, placeOrder, shownUser, signInByForm, uniqueNote } from '../fixtures/pages.ts';
import { signIn, USERS } from '../fixtures/sign-in.ts';
import { callAtOnce, openTabs } from '../fixtures/tabs.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const TABS = 10;
const CALLS_PER_TAB = 20;
const ALL_SUCCEED = Array(TABS * CALLS_PER_TAB).fill(200);

test.describe('ten tabs', () => {
  let kept: BrowserContext | undefined;

  /** The first one starts the calls of the others. */
  const pagesOf = (context: BrowserContext) => context.pages() as [Page, ...Page[]];

  // Opened once for all tests of the group.
  test.use({
    context: async ({ browser, baseURL }, use) => {
      if (!kept) {
        kept = await browser.newContext({ baseURL });
        waitForHydration(kept);
        await signIn(kept, baseURL ?? '', 'admin');
        await openTabs(kept, 1 + TABS);
      }
      await use(kept);
    },
  });
  test.afterAll(() => kept?.close());
  // The first test opens all tabs.
  test.describe.configure({ timeout: 180_000 });

  test('two hundred calls of ten tabs past the access token’s end make one refresh and all succeed', async ({
    context,
    putCount,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 401/);
    const [starter, ...tabs] = pagesOf(context);
    const before = await ourCookies(context);
    await expireAccess(context);
    expect(await callAtOnce(tabs, starter, CALLS_PER_TAB)).toEqual(ALL_SUCCEED);
    expect(putCount()).toBe(1);
    expect((await ourCookies(context)).refresh_token?.value).toBe(before.refresh_token?.value);
    for (const tab of tabs) await expect(tab).toHaveURL('/order/new');
  });

  test('without locks between tabs all two hundred calls succeed as well', async ({ context, consoleGuard }) => {
    consoleGuard.allow(/status of 401/);
    const [starter, ...tabs] = pagesOf(context);
    for (const tab of tabs) await tab.evaluate(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
    const before = await ourCookies(context);
    await expireAccess(context);
    expect(await callAtOnce(tabs, starter, CALLS_PER_TAB)).toEqual(ALL_SUCCEED);
    expect((await ourCookies(context)).refresh_token?.value).toBe(before.refresh_token?.value);
    for (const tab of tabs) await expect(tab).toHaveURL('/order/new');
  });

  test('ten tabs opened at once past the access token’s end all show their page, and none the login form', async ({
    context,
    faultProxy,
    consoleGuard,
  }) => {
    // The pages that are left may still ask for their session.
    consoleGuard.allow(/status of 401/);
    const [, ...tabs] = pagesOf(context);
    await expireAccess(context);
    await Promise.all(tabs.map((tab) => tab.goto('/order/new')));
    for (const tab of tabs) await expect(tab).toHaveURL('/order/new');
    expect(faultProxy.count({ path: '/login' })).toBe(0);
  });
});

test('a tab that holds the lock for ever delays a click by at most the lock’s time limit', async ({
  page,
  signedIn,
  putCount,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 401/);
  // Otherwise another tab's session check may release the click early.
  faultProxy.fault({ path: '/api/session' }, { kind: 'hold', until: new Promise(() => {}) });
  const holder = await signedIn.newPage();
  await holder.goto('/order');
  await holder.evaluate(() => {
    void navigator.locks.request('tandem', () => new Promise(() => {}));
  });
  const isHeld = () => holder.evaluate(async () => (await navigator.locks.query()).held?.map(({ name }) => name));
  await expect.poll(isHeld).toEqual(['tandem']);
  await fillOrder(page, uniqueNote());
  await expireAccess(signedIn);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/, { timeout: 4 * LOCK_WAIT_MS });
  expect(putCount()).toBe(1);
  const waitedMs = await page.evaluate(() => {
    // `getEntriesByName` returns resource timings here.
    const [refused] = performance.getEntriesByName(`${origin}/api/order`) as PerformanceResourceTiming[];
    const [refreshed] = performance.getEntriesByName(`${origin}/api/refresh_token`) as PerformanceResourceTiming[];
    return (refreshed?.startTime ?? Number.NaN) - (refused?.responseEnd ?? Number.NaN);
  });
  expect(waitedMs).toBeGreaterThan(LOCK_WAIT_MS - 500);
  expect(waitedMs).toBeLessThan(LOCK_WAIT_MS + 1_000);
  expect(await isHeld()).toEqual(['tandem']);
});

test('after signing in in one tab every tab shows the name, and reaches its requested page', async ({ context }) => {
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  const [first, second, third] = tabs;
  await first.goto('/login');
  await second.goto('/account');
  await third.goto('/order?status=paid');
  await signInByForm(first, 'guest');
  for (const tab of tabs) await expect(shownUser(tab)).toHaveText('Signed in as guest');
  await expect(second).toHaveURL('/account');
  await expect(third).toHaveURL('/order?status=paid');
});

test('when another user has signed in, the next action of an older page is refused and the page is rendered for them', async ({
  page,
  signedIn,
  baseURL,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 409/);
  const note = uniqueNote();
  await fillOrder(page, note);
  await expect(shownUser(page)).toHaveText('Signed in as admin');
  // Without any page, and this page keeps reading its first hint, so only the server can notice.
  await page.evaluate(() => {
    const drawnWith = document.cookie;
    Object.defineProperty(document, 'cookie', { get: () => drawnWith, set: () => {} });
  });
  await signedIn.request.post(`${baseURL}/api/login`, { data: USERS.guest });
  await placeOrder(page);
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  expect(faultProxy.requests({ method: 'POST', path: '/api/order' }).map(({ status }) => status)).toEqual([409]);
  await expect(page.getByLabel(/^Note/)).toHaveValue('');
  const answer = await signedIn.request.get(`${baseURL}/api/order?q=${encodeURIComponent(note)}`);
  expect(await answer.json()).toMatchObject({ orders: [] });
});

test('signing in as another user in another tab renders every open page for them, before any action in it', async ({
  page,
  signedIn,
  faultProxy,
}) => {
  await fillOrder(page, uniqueNote());
  const other = await signedIn.newPage();
  await other.goto('/order/new');
  await other.evaluate(async (guest) => {
    await fetch('/api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(guest),
    });
  }, USERS.guest);
  await other.goto('/order');
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  expect(faultProxy.count(REFRESH)).toBe(0);
});

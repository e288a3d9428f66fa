import { LOST_SCRIPT_GAP_MS, PATIENCE_MS } from '../../lib/client/policy.ts';
import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import {
  countOrders,
  fillOrder,
  noteField,
  PLACE_ORDER,
  placeButton,
  placeOrder,
  reviewButton,
  reviewDialog,
  shownUser,
  uniqueNote,
} from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const SCRIPT = { method: 'GET', path: /^\/_next\/static\/.*\.js$/ };
const HEALTH = { method: 'GET', path: '/api/health' };

test('503, 429 and no network during a refresh keep the page and its text, and the same click succeeds once afterwards', async ({
  page,
  signedIn,
  baseURL,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of (401|429|503)/, /ERR_INTERNET_DISCONNECTED/);
  const notice = page.getByRole('status').filter({ hasText: 'Your work is kept' });
  const note = uniqueNote();
  await fillOrder(page, note);
  await expireAccess(signedIn);
  const unchanged = async () => {
    await expect(page).toHaveURL('/order/new');
    await expect(noteField(page)).toHaveValue(note);
  };
  const busy = faultProxy.fault(REFRESH, { kind: 'answer', status: 429, retryAfterSeconds: 2 }, { times: 1 });
  const away = faultProxy.fault(REFRESH, { kind: 'answer', status: 503 }, { times: 1 });
  await placeOrder(page);
  await expect.poll(away.hits).toBe(1);
  await expect(notice).toHaveText('Reconnecting… Your work is kept.');
  await unchanged();
  await expect.poll(busy.hits).toBe(1);
  await unchanged();
  await signedIn.setOffline(true);
  await expect(notice).toHaveText('Offline. Your work is kept.');
  await unchanged();
  await signedIn.setOffline(false);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/, { timeout: PATIENCE_MS });
  expect(faultProxy.count(REFRESH)).toBe(3);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
});

test('a link clicked without a connection, or while the server cannot be reached, keeps the page and arrives afterwards', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(
    /status of 502/,
    /ERR_(INTERNET_DISCONNECTED|INVALID_HTTP_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION)/,
  );
  await page.goto('/order');
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  const click = (status: string) => page.getByRole('link', { name: new RegExp(`^${status}`) }).click();
  await signedIn.setOffline(true);
  await click('Paid');
  await expect(page.getByText('Offline. Your work is kept.')).toBeVisible();
  await expect(page.getByRole('table')).toBeVisible();
  await signedIn.setOffline(false);
  await expect(page.getByText('Connected again.')).toBeVisible();
  await expect(page).toHaveURL('/order?status=paid');
  for (const [status, fault] of [
    ['Shipped', { kind: 'drop', when: 'before' }],
    ['Delivered', { kind: 'answer', status: 502 }],
    ['Cancelled', { kind: 'drop', when: 'half-way' }],
  ] as const) {
    const rule = faultProxy.fault({ method: 'GET', path: '/order' }, fault);
    await click(status);
    await expect.poll(rule.hits).toBeGreaterThan(1);
    await expect(page.getByText('Reconnecting… Your work is kept.')).toBeVisible();
    rule.remove();
    await expect(page).toHaveURL(`/order?status=${status.toLowerCase()}`);
  }
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});

test('a page whose script fails to load, as in a restart, still arrives', async ({
  page,
  signedIn: _,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_(EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|CONNECTION)/, /ChunkLoadError/);
  // A page without its script has no icon either, and the browser requests one.
  consoleGuard.allow(/favicon\.ico/);
  // Or the page, with its script, was loaded before the click.
  const prefetch = faultProxy.fault({ method: 'GET', path: '/order/new' }, { kind: 'drop', when: 'before' });
  await page.goto('/order');
  await expect.poll(prefetch.hits).toBeGreaterThan(0);
  const lost = [SCRIPT, HEALTH].map((matcher) => faultProxy.fault(matcher, { kind: 'drop', when: 'before' }));
  prefetch.remove();
  await page.getByRole('link', { name: 'New order' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reconnecting…' })).toBeVisible();
  for (const fault of lost) fault.remove();
  await expect(reviewButton(page)).toBeVisible({ timeout: 3 * LOST_SCRIPT_GAP_MS });
  await expect(page).toHaveURL('/order/new');
});

test('a page whose scripts fail to load reloads automatically, once the server answers', async ({
  page,
  signedIn: _,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/, /favicon\.ico/, /status of 503/);
  const scripts = faultProxy.fault(SCRIPT, { kind: 'drop', when: 'before' });
  const health = faultProxy.fault(HEALTH, { kind: 'answer', status: 503 }, { times: 1 });
  const opening = page.goto('/order/new');
  await expect.poll(health.hits).toBe(1);
  expect(scripts.hits()).toBeGreaterThan(0);
  scripts.remove();
  await opening.catch(() => {});
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await expect(page.getByLabel('Quantity: Cork tray')).toHaveValue('1');
});

test('a page whose scripts fail to load keeps what was typed, and does not reload', async ({
  page,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/, /favicon\.ico/, /status of 503/);
  faultProxy.fault(SCRIPT, { kind: 'drop', when: 'before' });
  const health = faultProxy.fault(HEALTH, { kind: 'answer', status: 503 }, { times: 1 });
  // `goto` resolves on hydration, which never happens on this page.
  void page.goto('/login').catch(() => {});
  await expect.poll(health.hits).toBe(1);
  await page.getByLabel('Name', { exact: true }).fill('admin');
  await expect.poll(() => faultProxy.count(HEALTH)).toBe(2);
  await page.getByLabel('Password', { exact: true }).fill('123456');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(shownUser(page)).toHaveText('Signed in as admin');
});

test('Retry-After is obeyed, also when the network comes back earlier', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of (401|429)/, /ERR_INTERNET_DISCONNECTED/);
  const retryAfterSeconds = 4;
  await fillOrder(page, uniqueNote());
  await expireAccess(signedIn);
  faultProxy.fault(REFRESH, { kind: 'answer', status: 429, retryAfterSeconds }, { times: 1 });
  await placeOrder(page);
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  await signedIn.setOffline(true);
  await signedIn.setOffline(false);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/, { timeout: PATIENCE_MS });
  const gapsMs = await page.evaluate(() => {
    // `getEntriesByName` returns resource timings for a request.
    const calls = performance.getEntriesByName(`${origin}/api/refresh_token`) as PerformanceResourceTiming[];
    return calls.slice(1).map((call, index) => call.startTime - (calls[index]?.responseEnd ?? Number.NaN));
  });
  expect(gapsMs).toHaveLength(1);
  // Browsers may fire a timer a little early.
  expect(gapsMs[0]).toBeGreaterThan(retryAfterSeconds * 1_000 - 10);
});

test('an endpoint that always answers 401 is asked twice, with one refresh between, and the page says that it failed', async ({
  page,
  signedIn: _,
  faultProxy,
  putCount,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 401/);
  await fillOrder(page, uniqueNote());
  faultProxy.fault(PLACE_ORDER, { kind: 'answer', status: 401 });
  await placeOrder(page);
  await expect(reviewDialog(page).getByRole('alert')).toContainText('may not have reached us');
  expect([faultProxy.count(PLACE_ORDER), putCount()]).toEqual([2, 1]);
  await expect(placeButton(page)).toBeEnabled();
});

test('altered cookies lead to /login in two steps and are cleared, and those of another secret stay', async ({
  page,
  signedIn,
  server,
  consoleGuard,
}) => {
  // The browser requests the icon at any time, perhaps while the server is down.
  consoleGuard.allow(/ERR_(EMPTY_RESPONSE|CONNECTION).*\/icon\.svg/);
  const tampered = (value: string) => value.slice(0, -6) + (value.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA');
  const { access_token, refresh_token } = await ourCookies(signedIn);
  if (!access_token || !refresh_token) throw new Error('Nobody is signed in.');
  const openOrders = async () => {
    const answer = await page.goto('/order');
    expect(new URL(answer?.url() ?? '').pathname).toBe('/login');
    let redirects = 0;
    for (let from = answer?.request().redirectedFrom(); from; from = from.redirectedFrom()) redirects += 1;
    expect(redirects).toBeLessThanOrEqual(2);
    return ourCookies(signedIn);
  };
  await signedIn.addCookies([
    { ...access_token, value: tampered(access_token.value) },
    { ...refresh_token, value: tampered(refresh_token.value) },
  ]);
  expect(await openOrders()).toEqual({});
  await signedIn.addCookies([
    { ...access_token, value: 'nonsense' },
    { ...refresh_token, value: 'Fe26.2*1*nonsense' },
  ]);
  expect(await openOrders()).toEqual({});
  await server.restart({ AUTH_SECRETS: `other:${crypto.randomUUID()}` });
  await signedIn.addCookies([access_token, refresh_token]);
  expect(Object.keys(await openOrders()).sort()).toEqual(['access_token', 'refresh_token']);
});

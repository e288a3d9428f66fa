import type { Page } from 'playwright/test';
import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import type { FaultProxy, Rule } from '../fixtures/fault-proxy.ts';
import { fillOrder, placeOrder, shownUser, signInByForm, signOutButton, uniqueNote } from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const SIGN_OUT = { method: 'POST', path: '/api/logout' };
const ACCOUNT = { method: 'GET', path: '/account' };
const REFRESH_PAGE = { method: 'GET', path: '/api/refresh_token' };

interface Later {
  until: Promise<void>;
  come(): void;
}

function later(): Later {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, come: resolve };
}

/** Resolve after the first lost sign-out request; removing the rule lets the next try succeed. */
async function signOutUnanswered(page: Page, faultProxy: FaultProxy): Promise<Rule> {
  const away = faultProxy.fault(SIGN_OUT, { kind: 'drop', when: 'before' });
  await signOutButton(page).click();
  await expect.poll(away.hits).toBeGreaterThan(0);
  return away;
}

test('a refresh that is answered after the sign-out restores nothing', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await fillOrder(page, uniqueNote());
  const leaving = await signedIn.newPage();
  await leaving.goto('/account');
  await expireAccess(signedIn);
  const answers = later();
  const call = faultProxy.fault(REFRESH, { kind: 'hold', until: answers.until, what: 'answer' }, { times: 1 });
  const opening = faultProxy.fault(REFRESH_PAGE, { kind: 'hold', until: answers.until, what: 'answer' }, { times: 1 });
  await placeOrder(page);
  const opened = await signedIn.newPage();
  // The navigation stays open until the answers arrive.
  void opened.goto('/order').catch(() => {});
  await expect.poll(() => [call.hits(), opening.hits()]).toEqual([1, 1]);
  await signOutButton(leaving).click();
  for (const tab of [leaving, page]) await expect(tab).toHaveURL('/login');
  answers.come();
  await expect(opened).toHaveURL('/login');
  await expect.poll(() => ourCookies(signedIn)).toEqual({});
  await page.goto('/order');
  await expect(page).toHaveURL('/login');
});

test('a refresh of the previous user that is answered after another user signed in changes nothing for the new user', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await page.goto('/order');
  await expireAccess(signedIn);
  const answer = later();
  const opening = faultProxy.fault(REFRESH_PAGE, { kind: 'hold', until: answer.until, what: 'answer' }, { times: 1 });
  const opened = await signedIn.newPage();
  void opened.goto('/order').catch(() => {});
  await expect.poll(opening.hits).toBe(1);
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
  await signInByForm(page, 'guest');
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  answer.come();
  for (const tab of [opened, page]) await expect(shownUser(tab)).toHaveText('Signed in as guest');
  await page.reload();
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  await expect.poll(async () => (await ourCookies(signedIn)).session_hint?.value).toMatch(/^12\./);
});

test('a sign-out that did not reach the server before its page closed is completed by the next page', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/);
  await page.goto('/order');
  const away = await signOutUnanswered(page, faultProxy);
  await expect(page.locator('html')).toMatchAriaSnapshot('- document: /^Signing out/');
  await page.close();
  expect(await ourCookies(signedIn)).toHaveProperty('refresh_token');
  away.remove();
  const next = await signedIn.newPage();
  await next.goto('/order');
  await expect(next).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
  await signInByForm(next);
  await expect(shownUser(next)).toHaveText('Signed in as admin');
  await next.reload();
  await expect(shownUser(next)).toHaveText('Signed in as admin');
});

test('an unfinished sign-out of a closed page does not revoke the session of the next user', async ({
  page,
  signedIn,
  newDevice,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/);
  await page.goto('/order');
  const away = await signOutUnanswered(page, faultProxy);
  await page.close();
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  const next = await signedIn.newPage();
  await next.goto('/order');
  await signInByForm(next);
  await expect(shownUser(next)).toHaveText('Signed in as admin');
  away.remove();
  await next.reload();
  await expect(shownUser(next)).toHaveText('Signed in as admin');
});

test('an open page completes the sign-out of a closed page as soon as it becomes visible', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/);
  const open = await signedIn.newPage();
  for (const tab of [open, page]) await tab.goto('/order');
  const away = await signOutUnanswered(page, faultProxy);
  await page.close();
  away.remove();
  await expect(shownUser(open)).toBeVisible();
  // In a headless browser every page is always visible.
  await open.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(open).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
});

test('a navigation in progress does not lead away from a page that signs out', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE/);
  await page.goto('/order');
  faultProxy.fault(ACCOUNT, { kind: 'drop', when: 'before' });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  const away = await signOutUnanswered(page, faultProxy);
  await expect.poll(away.hits).toBeGreaterThan(1);
  await expect(page).toHaveURL('/order');
  away.remove();
  await expect(page).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
});

import type { APIResponse } from 'playwright/test';
import { expireAccess } from '../fixtures/cookies.ts';
import { signInByForm } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const HOSTILE = [
  'https://evil.test',
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/\t/evil.test',
  '/.//evil.test',
  '/order/..//evil.test',
  'http:evil.test',
  'javascript:alert(document.cookie)',
  'data:text/html,evil',
  '@evil.test',
  '.evil.test',
  '/order\r\nSet-Cookie: a=b',
];
const LEGITIMATE = '/order?status=paid&q=lamp#main';

test('no hostile return address leads away from this origin, whichever route takes it', async ({
  signedIn,
  baseURL,
}) => {
  const originOf = (answer: APIResponse) => new URL(answer.headers().location ?? '', baseURL).origin;
  for (const address of HOSTILE) {
    const returnTo = encodeURIComponent(address);
    const opened = await signedIn.request.get(`/login?returnTo=${returnTo}`);
    const { origin, pathname } = new URL(opened.url());
    expect([origin, pathname], `${address}, signed in already`).toEqual([baseURL, '/order']);
    const refreshed = await signedIn.request.get(`/api/refresh_token?returnTo=${returnTo}`, {
      headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' },
      maxRedirects: 0,
    });
    expect([refreshed.status(), originOf(refreshed)], `${address}, refreshing`).toEqual([303, baseURL]);
    const posted = await signedIn.request.post('/api/login', {
      form: { name: 'admin', pwd: '123456', returnTo: address },
      headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' },
      maxRedirects: 0,
    });
    expect([posted.status(), originOf(posted)], `${address}, a form without a script`).toEqual([303, baseURL]);
  }
});

test('a hostile return address in the sign-in form leads to the orders', async ({ page, baseURL }) => {
  for (const address of ['//evil.test', '/\\evil.test', 'javascript:alert(document.cookie)']) {
    await page.goto(`/login?returnTo=${encodeURIComponent(address)}`);
    await signInByForm(page);
    await expect(page).toHaveURL(`${baseURL}/order`);
    await page.context().clearCookies();
  }
});

test('a legitimate return address keeps its query and its fragment, through sign-in and through a refresh', async ({
  page,
  context,
}) => {
  await page.goto(LEGITIMATE);
  await expect(page).toHaveURL(/\/login\?returnTo=/);
  await signInByForm(page);
  await expect(page).toHaveURL(LEGITIMATE);
  await expireAccess(context);
  await page.goto('about:blank');
  await page.goto(LEGITIMATE);
  await expect(page).toHaveURL(LEGITIMATE);
});

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
  page,
  signedIn,
  baseURL,
}) => {
  for (const address of HOSTILE) {
    const returnTo = encodeURIComponent(address);
    await page.goto(`/login?returnTo=${returnTo}`);
    expect(new URL(page.url()).origin, `${address}, signed in already`).toBe(baseURL);
    const refreshed = await signedIn.request.get(`/api/refresh_token?returnTo=${returnTo}`, {
      headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' },
      maxRedirects: 0,
    });
    const location = refreshed.headers().location ?? '';
    expect(new URL(location, baseURL).origin, `${address}, refreshing`).toBe(baseURL);
    const posted = await signedIn.request.post('/api/login', {
      form: { name: 'admin', pwd: '123456', returnTo: address },
      headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' },
      maxRedirects: 0,
    });
    expect(posted.status()).toBe(303);
    expect(new URL(posted.headers().location ?? '', baseURL).origin, `${address}, a form without a script`).toBe(
      baseURL,
    );
  }
});

test('a hostile return address in the sign-in form leads to the orders', async ({ page, baseURL }) => {
  for (const address of HOSTILE.slice(0, 5)) {
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

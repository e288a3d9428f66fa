/** Unusual environments: dropped headers, other names of this machine, cookies of other apps on this host. */
import { expireAccess, ourCookies } from './fixtures/cookies.ts';
import { shownUser, signInByForm } from './fixtures/pages.ts';
import { expect, test } from './fixtures/test.ts';

test.describe('behind a proxy that drops the browser’s Sec-Fetch headers', () => {
  test.beforeEach(({ faultProxy }) => {
    faultProxy.fault({}, { kind: 'without', headers: /^sec-fetch-/ });
  });

  test('a page opened past the access token’s end is shown', async ({ page, signedIn }) => {
    await expireAccess(signedIn);
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
    await expect(shownUser(page)).toHaveText('Signed in as admin');
    await expireAccess(signedIn);
    await page.goto('/login');
    await expect(page).toHaveURL('/order');
  });

  test('a link from another site past the access token’s end leads to the page', async ({
    page,
    signedIn,
    baseURL,
  }) => {
    await expireAccess(signedIn);
    await page.route('http://elsewhere.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${baseURL}/account">Account</a>` }),
    );
    await page.goto('http://elsewhere.test/');
    await page.getByRole('link').click();
    await expect(page).toHaveURL('/account');
  });

  test('a session hint without other cookies leads from the sign-in page to the form', async ({
    page,
    context,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 403/);
    await context.addCookies([{ name: 'session_hint', value: '1.1790000000.10', domain: 'localhost', path: '/login' }]);
    await page.goto('/login');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  });
});

for (const name of ['127.0.0.1', '[::1]', 'x.localhost']) {
  test(`a user who opens ${name} signs in under the canonical name`, async ({ page, baseURL }) => {
    const { port } = new URL(baseURL ?? '');
    await page.goto(`http://${name}:${port}/login?returnTo=%2Faccount`);
    await expect(page).toHaveURL(`${baseURL}/login?returnTo=%2Faccount`);
    await signInByForm(page);
    await expect(page).toHaveURL('/account');
  });
}

test('two hundred cookies of other apps on this host do not sign the user out', async ({ page, context, baseURL }) => {
  // Set by the page, since cookies set by Playwright have no priority.
  await page.goto('/login');
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
  const { port } = new URL(baseURL ?? '');
  // A page on another port, which shares the cookie jar.
  await page.route(`http://localhost:${Number(port) + 1}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Neighbour</title>' }),
  );
  await page.goto(`http://localhost:${Number(port) + 1}/`);
  const kept = await page.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: other apps do it.
    for (let n = 0; n < 200; n += 1) document.cookie = `neighbour_${n}=${n}; Path=/; Max-Age=86400`;
    return document.cookie.split('; ').length;
  });
  // The browser has dropped some, but none of Tandem's.
  expect(kept).toBeLessThan(200);
  expect(Object.keys(await ourCookies(context)).sort()).toEqual(['access_token', 'refresh_token', 'session_hint']);
  await page.goto('/order');
  await expect(shownUser(page)).toHaveText('Signed in as admin');
});

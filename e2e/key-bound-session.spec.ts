import type { BrowserContext, Page } from 'playwright/test';
import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { waitForHydration } from './fixtures/hydration.ts';
import { placeOrder, signInAgain, signInByForm } from './fixtures/pages.ts';
import { expect, REFRESH, test } from './fixtures/test.ts';
import { send } from './support/http.ts';

const THREE_YEARS_MS = 3 * 365 * 86_400_000;

/** Signs in by the form, since only a page makes a key. */
async function signIn(page: Page): Promise<void> {
  await page.goto('/login');
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
}

const orders = (page: Page) => page.getByRole('heading', { level: 1, name: 'Orders' });

/** What the server says about the binding of the current session. */
async function binding(context: BrowserContext): Promise<string> {
  const { sessions } = await (await context.request.get('/api/sessions')).json();
  return sessions.find(({ current }: { current: boolean }) => current).binding;
}

/** Count the keys in the browser that scripts cannot read, after all were removed or another was put before them. */
function keysAfter(page: Page, change?: 'remove' | 'precede'): Promise<number> {
  return page.evaluate(async (kind) => {
    const another = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    return new Promise<number>((resolve, reject) => {
      const opening = indexedDB.open('tandem-keys');
      opening.onerror = reject;
      opening.onsuccess = () => {
        const store = opening.result.transaction('tandem-keys', 'readwrite').objectStore('tandem-keys');
        const reading = store.get(0);
        reading.onsuccess = () => {
          const pairs: CryptoKeyPair[] = kind === 'remove' ? [] : (reading.result ?? []);
          if (kind === 'precede') pairs.unshift(another);
          const sealed = pairs.filter(({ privateKey }) => !privateKey.extractable);
          store.put(pairs, 0).onsuccess = () => resolve(sealed.length);
          opening.result.close();
        };
      };
    });
  }, change);
}

test.describe('a session that began with the form', () => {
  let kept: BrowserContext | undefined;

  // One sign-in for all tests of the group.
  test.use({
    context: async ({ browser, baseURL }, use) => {
      if (!kept) {
        kept = await browser.newContext({ baseURL });
        waitForHydration(kept);
        await signIn(await kept.newPage());
      }
      await use(kept);
      for (const page of kept.pages()) await page.close();
    },
  });
  test.afterAll(() => kept?.close());

  test('is bound to a key that no script can read', async ({ page, context }) => {
    expect(await binding(context)).toBe('dpop');
    await page.goto('/account');
    await expect(page.getByText('Protected on this device')).toBeVisible();
    expect(await keysAfter(page)).toBe(1);
  });

  test('is refreshed on the way to a page, with query and fragment', async ({ page, context }) => {
    await forgetCookie(context, 'access_token');
    await page.goto('/order?status=paid#main');
    await expect(page).toHaveURL('/order?status=paid#main');
    await expect(orders(page)).toBeVisible();
  });

  test('is refreshed after a link from another site', async ({ page, context, baseURL }) => {
    await forgetCookie(context, 'access_token');
    const body = `<a href="${baseURL}/order?status=paid">orders</a>`;
    await context.route('http://elsewhere.test/', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('http://elsewhere.test/');
    await page.getByRole('link').click();
    await expect(page).toHaveURL(`${baseURL}/order?status=paid`);
    await expect(orders(page)).toBeVisible();
  });

  test('refreshes in two tabs at once', async ({ page, context, consoleGuard }) => {
    consoleGuard.allow(/status of 40[01]/);
    const other = await context.newPage();
    await page.goto('/order');
    await other.goto('/order');
    await forgetCookie(context, 'access_token');
    await Promise.all([page.goto('/order?status=paid'), other.goto('/order?status=shipped')]);
    await expect(page).toHaveURL('/order?status=paid');
    await expect(other).toHaveURL('/order?status=shipped');
    await expect(orders(page)).toBeVisible();
    await expect(orders(other)).toBeVisible();
  });

  test('survives a lost answer: the next try refreshes', async ({ page, context, faultProxy, consoleGuard }) => {
    consoleGuard.allow(/ERR_INVALID_HTTP_RESPONSE|status of 400/);
    await forgetCookie(context, 'access_token');
    faultProxy.fault(REFRESH, { kind: 'drop', when: 'after' }, { times: 1 });
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
  });

  test('waits on its way to a page while the server cannot be reached, and says so', async ({
    page,
    context,
    faultProxy,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 503/);
    await forgetCookie(context, 'access_token');
    const away = faultProxy.fault(REFRESH, { kind: 'answer', status: 503 });
    await page.goto('/account');
    await expect(page.getByText('Reconnecting…')).toBeVisible();
    expect((await ourCookies(context)).refresh_token).toBeDefined();
    away.remove();
    await expect(page).toHaveURL('/account');
  });

  test('continues in place with a new key after the old one is gone, and nothing typed is lost', async ({
    page,
    context,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 40[01]/);
    await page.goto('/order/new');
    await page.getByRole('button', { name: 'More: Cork tray' }).click();
    await keysAfter(page, 'remove');
    await forgetCookie(context, 'access_token');
    await placeOrder(page);
    await signInAgain(page);
    await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
    expect(await binding(context)).toBe('dpop');
  });
});

test('a session that began with the form finds the right key when the page closed before it noted which one that is', async ({
  page,
  context,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 403/);
  await signIn(page);
  expect(await keysAfter(page, 'precede')).toBe(2);
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page).toHaveURL('/account');
  expect(await keysAfter(page)).toBe(1);
});

test('a sign-in by the form sends one request, and its refresh one', async ({
  page,
  context,
  faultProxy,
  putCount,
}) => {
  await signIn(page);
  expect(faultProxy.count({ method: 'POST', path: '/api/login' })).toBe(1);
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page).toHaveURL('/account');
  expect(putCount()).toBe(1);
});

for (const offsetMs of [-THREE_YEARS_MS, THREE_YEARS_MS]) {
  test(`a session that began with the form lives on a machine whose clock is ${offsetMs > 0 ? 'three years ahead' : 'three years behind'}`, async ({
    page,
    context,
  }) => {
    await context.clock.install({ time: Date.now() + offsetMs });
    await signIn(page);
    await forgetCookie(context, 'access_token');
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
    expect(await binding(context)).toBe('dpop');
  });
}

test.describe('outside the browser that signed in', () => {
  test('copied cookies refresh nothing and lead to sign-in, while their owner works on', async ({
    page,
    context,
    newDevice,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 40[03]/);
    await signIn(page);
    const thief = await newDevice();
    await thief.addCookies(await context.cookies());
    await forgetCookie(thief, 'access_token');
    const stolen = await thief.newPage();
    await stolen.goto('/order');
    await expect(stolen).toHaveURL(/\/login\?notice=key/);
    await expect(stolen.getByText(/kept you signed in on this browser is gone/)).toBeVisible();
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
  });

  test('copied cookies with the thief’s own key refresh nothing, and their owner is told', async ({
    page,
    context,
    newDevice,
    consoleGuard,
  }) => {
    consoleGuard.allow(/status of 40[03]/);
    await signIn(page);
    const thief = await newDevice();
    const stolen = await thief.newPage();
    await signIn(stolen);
    await thief.clearCookies();
    await thief.addCookies(await context.cookies());
    await forgetCookie(thief, 'access_token');
    await stolen.goto('/order');
    await expect(stolen).toHaveURL(/\/login/);
    await page.goto('/account');
    await expect(page.getByText(/Somebody tried a copy of your sign-in/).first()).toBeVisible();
  });

  test('a recorded refresh, with cookies and proof, refreshes nothing', async ({
    page,
    context,
    faultProxy,
    baseURL,
  }) => {
    await signIn(page);
    await forgetCookie(context, 'access_token');
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
    const recorded = faultProxy.requests(REFRESH).at(-1);
    expect(recorded?.status).toBe(201);
    const { cookie = '', dpop = '' } = recorded?.headers ?? {};
    const answer = await send(baseURL ?? '', REFRESH.path, { method: 'PUT', headers: { cookie, dpop: String(dpop) } });
    expect([answer.status, answer.json.message, answer.setCookies]).toEqual([400, 'Key proof already used.', []]);
  });
});

test('when the key is gone, one sentence says so and signing in returns to the same page', async ({
  page,
  context,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 400/);
  await signIn(page);
  await keysAfter(page, 'remove');
  await forgetCookie(context, 'access_token');
  await page.goto('/order?status=paid');
  await expect(page).toHaveURL('/login?notice=key&returnTo=%2Forder%3Fstatus%3Dpaid');
  await expect(page.getByText(/is gone/)).toBeVisible();
  await signInByForm(page);
  await expect(page).toHaveURL('/order?status=paid');
});

test('when the storage of the key cannot be opened, a few tries lead to the form, which signs in', async ({
  page,
  context,
  consoleGuard,
  putCount,
}) => {
  consoleGuard.allow(/status of 400/);
  await signIn(page);
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Not allowed.', 'SecurityError');
    };
  });
  await forgetCookie(context, 'access_token');
  await page.goto('/order?status=paid', { waitUntil: 'commit' });
  await expect(page).toHaveURL('/login?notice=key&returnTo=%2Forder%3Fstatus%3Dpaid', { timeout: 30_000 });
  // The sign-in page may have sent one more refresh by now, so that the server clears the cookies of a sign-out.
  expect(putCount()).toBeGreaterThanOrEqual(3);
  await expect(page.getByText(/is gone/)).toBeVisible();
  await signInByForm(page);
  await expect(page).toHaveURL('/order?status=paid');
  expect(await binding(context)).toBe('none');
});

test('when the key storage has lost its object store, signing in repairs it', async ({
  page,
  context,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[04]/);
  await signIn(page);
  await page.goto('/nothing-here');
  await page.evaluate(async () => {
    await new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase('tandem-keys');
      deleting.onsuccess = resolve;
      deleting.onerror = reject;
    });
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open('tandem-keys', 7);
      opening.onerror = reject;
      opening.onsuccess = () => resolve(opening.result.close());
    });
  });
  await forgetCookie(context, 'access_token');
  await page.goto('/order', { waitUntil: 'commit' });
  await expect(page).toHaveURL('/login?notice=key', { timeout: 30_000 });
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
  expect(await binding(context)).toBe('dpop');
  expect(await keysAfter(page)).toBe(1);
});

test('a browser that stores no keys signs in without one', async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  await signIn(page);
  expect(await binding(context)).toBe('none');
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page).toHaveURL('/account');
});

test('signing out removes the key', async ({ page, context, consoleGuard }) => {
  consoleGuard.allow(/status of 401/);
  await signIn(page);
  // Signing out works past the access token's end too.
  await forgetCookie(context, 'access_token');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL('/login');
  expect(await ourCookies(context)).toEqual({});
  const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  if (databases.includes('tandem-keys')) expect(await keysAfter(page)).toBe(0);
});

test('without JavaScript a bound session says what it needs, and signing in again works', async ({
  page,
  context,
  browser,
  baseURL,
}) => {
  await signIn(page);
  await page.goto('about:blank');
  await forgetCookie(context, 'access_token');
  const plain = await browser.newContext({ javaScriptEnabled: false, baseURL });
  await plain.addCookies(await context.cookies());
  const plainPage = await plain.newPage();
  await plainPage.goto('/order?status=paid');
  await expect(plainPage.getByRole('heading', { name: 'This session needs JavaScript' })).toBeVisible();
  await plainPage.getByRole('link', { name: 'sign in without it' }).click();
  await signInByForm(plainPage);
  await expect(plainPage).toHaveURL('/order?status=paid');
  await plain.close();
});

test('a tab that loses its access cookie is not redirected endlessly', async ({ page, context, baseURL }) => {
  await signIn(page);
  await forgetCookie(context, 'access_token');
  await context.route(`${baseURL}/api/refresh_token`, async (route) => {
    const response = await route.fetch();
    await forgetCookie(context, 'access_token');
    await route.fulfill({ response, headers: { 'content-type': 'application/json' } });
    await forgetCookie(context, 'access_token');
  });
  await page.goto('/order');
  await expect(page).toHaveURL(/\/login\?notice=cookies/);
  // The sign-in page may have sent one more refresh.
  await context.unrouteAll({ behavior: 'wait' });
});

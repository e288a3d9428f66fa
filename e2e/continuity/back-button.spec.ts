import type { BrowserContext, Page } from 'playwright/test';
import { historyOf } from '../fixtures/history.ts';
import { signOutButton } from '../fixtures/pages.ts';
import { expect, REAL_BROWSER, test } from '../fixtures/test.ts';

test.use(REAL_BROWSER);

/** Check before each frame of every page of the context whether it shows an order; a restored page continues to check. */
async function watchForOrders(context: BrowserContext): Promise<{ seen(): string[]; forget(): void }> {
  let seen: string[] = [];
  await context.exposeFunction('ordersSeen', (address: string) => seen.push(address));
  await context.addInitScript(() => {
    const look = () => {
      // biome-ignore lint/performance/useDomNodeTextContent: the text of scripts is not shown.
      const isShown = !document.body?.hidden && /ORD-\d{6}/.test(document.body?.innerText ?? '');
      // Set by `exposeFunction`.
      if (isShown) (window as unknown as { ordersSeen(address: string): void }).ordersSeen(location.href);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return {
    seen: () => seen,
    forget: () => {
      seen = [];
    },
  };
}

async function backLeadsToSignIn(page: Page, watch: Awaited<ReturnType<typeof watchForOrders>>): Promise<void> {
  await expect(page).toHaveURL('/login');
  expect(watch.seen().length).toBeGreaterThan(0);
  watch.forget();
  const history = await historyOf(page);
  await history.back();
  await expect.poll(() => history.evaluate('location.pathname + document.title')).toMatch(/^\/login.*Sign in/);
  expect(watch.seen()).toEqual([]);
}

test('after signing out the back button shows no order in any frame', async ({ page, signedIn }) => {
  const watch = await watchForOrders(signedIn);
  await page.goto('/order');
  await expect(page.getByRole('table')).toBeVisible();
  await page.goto('/account');
  await signOutButton(page).click();
  await backLeadsToSignIn(page, watch);
});

test('after a sign-out in another tab the back button shows no order in any frame', async ({ page, signedIn }) => {
  const watch = await watchForOrders(signedIn);
  await page.goto('/order');
  await expect(page.getByRole('table')).toBeVisible();
  await page.goto('/account');
  const other = await signedIn.newPage();
  await other.goto('/account');
  await signOutButton(other).click();
  await backLeadsToSignIn(page, watch);
});

test('after signing out the router’s back navigation shows no order either', async ({ page, signedIn }) => {
  const watch = await watchForOrders(signedIn);
  await page.goto('/order');
  await expect(page.getByRole('table')).toBeVisible();
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/account');
  await signOutButton(page).click();
  await backLeadsToSignIn(page, watch);
});

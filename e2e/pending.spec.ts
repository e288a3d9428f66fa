/** What a page or form shows while the server is slow. */
import type { Page } from 'playwright/test';
import { signInByForm } from './fixtures/pages.ts';
import { expect, test } from './fixtures/test.ts';

/** The progress line at the top of the page, as it is rendered; null if there is none. */
const line = (page: Page) =>
  page.evaluate(() => {
    const { content, animationName, height, position } = getComputedStyle(document.documentElement, '::after');
    return content === 'none' ? null : { animationName, height, position };
  });

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`a link whose page is slow is marked by a thin line until it is there (motion: ${reducedMotion})`, async ({
    page,
    signedIn: _,
    faultProxy,
  }) => {
    await page.emulateMedia({ reducedMotion });
    await page.goto('/order');
    expect(await line(page)).toBeNull();
    const { promise, resolve } = Promise.withResolvers<void>();
    faultProxy.fault({ method: 'GET', path: '/account' }, { kind: 'hold', until: promise });
    await page.getByRole('link', { name: 'Account' }).click();
    await expect
      .poll(() => line(page))
      .toEqual({
        animationName: reducedMotion === 'reduce' ? 'skeleton' : 'skeleton, pass',
        height: '2px',
        position: 'fixed',
      });
    resolve();
    await expect(page).toHaveURL('/account');
    await expect.poll(() => line(page)).toBeNull();
  });

  test(`a button that is busy shows nothing that looks stuck (motion: ${reducedMotion})`, async ({
    page,
    faultProxy,
  }) => {
    await page.emulateMedia({ reducedMotion });
    await page.goto('/login');
    const { promise, resolve } = Promise.withResolvers<void>();
    faultProxy.fault({ method: 'POST', path: '/api/login' }, { kind: 'hold', until: promise });
    await signInByForm(page);
    await expect(page.getByRole('button', { name: /Signing in/ })).toHaveAttribute('aria-disabled', 'true');
    const shown = await page.locator('.spinner').evaluate((spinner) => ({
      isRing: getComputedStyle(spinner).borderTopWidth !== '0px',
      turns: getComputedStyle(spinner).animationName === 'turn',
      dots: getComputedStyle(spinner, '::before').content,
    }));
    expect(shown).toEqual(
      reducedMotion === 'reduce'
        ? { isRing: false, turns: false, dots: '"…"' }
        : { isRing: true, turns: true, dots: 'none' },
    );
    resolve();
    await expect(page).toHaveURL('/order');
  });
}

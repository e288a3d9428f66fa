import type { Page } from 'playwright/test';
import { expect, test } from './fixtures/test.ts';

/** 320 is 1280 at 400 % (WCAG 1.4.10). */
const WIDTHS = [320, 390];
const PAGES = [
  '/order',
  '/order?status=cancelled&q=nothing-like-this',
  '/order/ORD-000300',
  '/order/new',
  '/account',
  '/order/ORD-999999999',
  '/nowhere',
];
const LONG_NAME = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbea';

test.use({ hasTouch: true, isMobile: true, allowedErrors: [/status of 40[14]/] });

/** At each width. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 700 });
    faults.push(...(await faultsNow(page)).map((fault) => `at ${width} pixels ${fault}`));
  }
  return faults;
}

/** List what is cut off, covered, or makes the page scroll sideways. */
function faultsNow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide on a screen of ${clientWidth}`);
    const dialog = document.querySelector('dialog[open]');
    for (const control of (dialog ?? document).querySelectorAll('a[href], button, input, select, textarea, summary')) {
      control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
      const isOffered = control.checkVisibility({ visibilityProperty: true }) && width > 1 && bottom > 0;
      if (!isOffered) continue;
      const name = control.getAttribute('aria-label') ?? `${control.tagName} ${control.textContent}`.trim();
      if (left < 0 || right > clientWidth) faults.push(`${name} reaches from ${left} to ${right}`);
      // A little inside its edges: at rounded corners the element behind is hit.
      const xs = [left + width * 0.1, (left + right) / 2, right - width * 0.1];
      const ys = [top + height * 0.2, (top + bottom) / 2, bottom - height * 0.2];
      for (const x of xs) {
        for (const y of ys) {
          const hit = document.elementFromPoint(x, y);
          if (hit && (control.contains(hit) || hit.contains(control))) continue;
          const inside = hit?.closest('label')?.control === control || hit?.closest('button')?.ariaControlsElements;
          if (!inside) faults.push(`${name} is covered by ${hit?.outerHTML.slice(0, 80)}`);
        }
      }
    }
    return [...new Set(faults)];
  });
}

/** Names of maximum length without a place to break them. */
function lengthenNames(page: Page): Promise<void> {
  return page.evaluate((long) => {
    for (const fixed of document.querySelectorAll('[translate="no"]')) {
      const isName = /^\p{L}/u.test(fixed.textContent) && !/^(Tandem$|ORD-|[A-Z]{3}\s)/.test(fixed.textContent);
      if (isName && fixed.childElementCount === 0) fixed.textContent = long;
    }
  }, LONG_NAME);
}

test('at 320 and 390 pixels no page scrolls sideways and no control is cut or covered, with long names too', async ({
  page,
  signedIn: _,
}) => {
  for (const path of PAGES) {
    await page.goto(path);
    expect.soft(await faultsOf(page), path).toEqual([]);
    await lengthenNames(page);
    expect.soft(await faultsOf(page), `${path} with long names`).toEqual([]);
  }
});

test('at 320 and 390 pixels the sign-in page does not scroll sideways, with an error shown too', async ({ page }) => {
  await page.goto('/login?notice=invalid_credentials');
  expect(await faultsOf(page)).toEqual([]);
});

test('at 320 and 390 pixels the page that stands in for a failed one does not scroll sideways', async ({
  page,
  signedIn: _,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_(EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|CONNECTION)/, /ChunkLoadError/, /favicon\.ico/);
  const prefetch = faultProxy.fault({ method: 'GET', path: '/order/new' }, { kind: 'drop', when: 'before' });
  await page.goto('/order');
  await expect.poll(prefetch.hits).toBeGreaterThan(0);
  const script = { method: 'GET', path: /^\/_next\/static\/.*\.js$/ };
  for (const lost of [script, { path: '/api/health' }]) faultProxy.fault(lost, { kind: 'drop', when: 'before' });
  prefetch.remove();
  await page.getByRole('link', { name: 'New order' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reconnecting…' })).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ourCookies } from './fixtures/cookies.ts';
import { historyOf } from './fixtures/history.ts';
import { expect, REAL_BROWSER, test } from './fixtures/test.ts';

/** The other specs depend on these promises; without them they would pass without testing anything. */
test.use(REAL_BROWSER);

test('a planted session opens the orders and holds both tokens', async ({ signedIn, page }) => {
  await page.goto('/order');
  await expect(page).toHaveURL(/\/order$/);
  expect(Object.keys(await ourCookies(signedIn)).sort()).toEqual(['access_token', 'refresh_token', 'session_hint']);
});

test('another device shares nothing with this one', async ({ context, newDevice }) => {
  const device = await newDevice({ as: 'guest' });
  expect(await ourCookies(context)).toEqual({});
  expect((await ourCookies(device)).access_token).toBeDefined();
});

test('the proxy sees every request of every tab', async ({ context, faultProxy }) => {
  const tabs = [await context.newPage(), await context.newPage()];
  await Promise.all(tabs.map((tab) => tab.goto('/login')));
  expect(faultProxy.count({ method: 'GET', path: '/login' })).toBe(2);
});

test('a request the proxy loses is lost, and the browser does not send it again', async ({
  page,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_/);
  await page.goto('/login');
  const health = { method: 'GET', path: '/api/health' };
  faultProxy.reset();
  for (const when of ['before', 'after', 'half-way'] as const) {
    const rule = faultProxy.fault(health, { kind: 'drop', when }, { times: 1 });
    const ask = () =>
      page.evaluate(() =>
        fetch('/api/health')
          .then((answer) => answer.text())
          .catch(String),
      );
    expect(await ask()).toMatch(/^TypeError/);
    rule.remove();
    expect(await ask()).toContain('ok');
  }
  expect(faultProxy.count(health)).toBe(6);
});

test('an unexpected error fails the test', async ({ page, consoleGuard }) => {
  await page.goto('/login');
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('on purpose');
    });
    console.error('written on purpose');
  });
  await expect(() => expect(consoleGuard.check).toThrow(/on purpose[\s\S]*on purpose/)).toPass();
  consoleGuard.allow(/on purpose/);
});

test('pages are kept for the back button', async ({ page }) => {
  const plain = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<link rel="icon" href="data:,"><title>plain</title>');
  }).listen(0);
  await once(plain, 'listening');
  const { port } = plain.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/first`);
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      document.title = persisted ? 'kept' : 'loaded again';
    });
  });
  await page.goto(`http://localhost:${port}/second`);
  const history = await historyOf(page);
  await history.back();
  await expect.poll(() => history.evaluate('document.title')).toBe('kept');
  await page.close();
  plain.closeAllConnections();
  plain.close();
});

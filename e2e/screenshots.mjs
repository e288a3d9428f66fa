/** Takes the pictures of the README from a running server with demo data: `npm run screenshots -- http://localhost:3000`. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { CHROMIUM_ARGS, obtainBrowser } from './support/browser.ts';

const [origin = 'http://localhost:3000'] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const DESK = { viewport: { width: 1280, height: 800 } };

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: obtainBrowser(), args: CHROMIUM_ARGS });
try {
  await takePictures({ ...DESK, colorScheme: 'light' }, async (page, take) => {
    await signIn(page, () => take('sign-in'));
    await take('orders');
    await page.goto(`${origin}/order/new`);
    await page.getByRole('button', { name: 'More: Desk lamp' }).click();
    await page.getByLabel('Quantity: Cork tray').fill('12');
    await page.getByLabel(/^Note/).fill('Ring twice.');
    await take('new-order');
    await page.goto(`${origin}/account`);
    await take('account');
  });
  await takePictures({ ...DESK, colorScheme: 'dark' }, async (page, take) => {
    await signIn(page);
    await take('orders-dark');
  });
} finally {
  await browser.close();
}

/** Opens one window for `begin`, whose `take` saves a picture. */
async function takePictures(options, begin) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await begin(page, async (name) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${folder}${name}.png` });
    console.log(`docs/screenshots/${name}.png`);
  });
  await context.close();
}

/** `before` runs with the form filled in. */
async function signIn(page, before = async () => {}) {
  await page.goto(`${origin}/login`);
  await page.getByRole('button', { name: 'Fill in' }).click();
  await before();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
}

/** Measures script bytes and Lighthouse scores of `/login` and `/order`. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import { CHROMIUM_ARGS, obtainBrowser } from '../../e2e/support/browser.ts';
import { type Figure, type Run, spreadOf } from '../figures.ts';
import { signedInCookie, startPeers, startTandem } from '../servers.ts';

const KIB = 1_024;
const PAGES = ['/login', '/order'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/** Lighthouse's benchmark of the machine: a slow machine costs points of performance. */
const MACHINE = 'machine';
/** Chromium sometimes paints too late, whatever the page; then try again. */
const ATTEMPTS = 3;
const require = createRequire(new URL('../package.json', import.meta.url));

export async function pages({ quick, say }: Run): Promise<Figure[]> {
  const [tandem, peers] = [await startTandem(), await startPeers()];
  try {
    const cookie = await signedInCookie(tandem.url);
    const figures: Figure[] = [];
    say('scripts');
    const empty = await scriptBytes(`${peers.url}/empty`);
    figures.push({
      name: 'JavaScript of an empty Next page',
      value: empty / KIB,
      unit: 'KiB',
      note: 'As transferred, compressed',
    });
    for (const page of PAGES) {
      const bytes = await scriptBytes(tandem.url + page, page === '/login' ? undefined : cookie);
      figures.push({ name: `JavaScript of ${page} ÷ an empty Next page`, value: bytes / empty, unit: 'ratio' });
    }
    const lighthouse = async (name: string, url: string, sent?: string, times = 5) => {
      const runs: Record<string, number>[] = [];
      for (let n = 1; n <= (quick ? 1 : times); n += 1) {
        say(`Lighthouse ${name}, ${n}`);
        let scores: Record<string, number> | undefined;
        for (let attempt = 1; !scores; attempt += 1) {
          if (attempt > ATTEMPTS) throw new Error(`Lighthouse could not load ${url} in ${ATTEMPTS} attempts.`);
          scores = await lighthouseScores(url, sent);
        }
        runs.push(scores);
      }
      return (category: string) => spreadOf(runs.map((scores) => scores[category] ?? 0));
    };
    const emptyScores = await lighthouse('an empty Next page', `${peers.url}/empty`, undefined, 3);
    figures.push({
      name: 'Lighthouse, an empty Next page: performance',
      ...emptyScores('performance'),
      unit: 'points',
    });
    figures.push({
      name: 'Lighthouse’s measure of this machine while it loaded the empty page',
      ...emptyScores(MACHINE),
      unit: 'index',
      note: 'Where it is low, the empty page falls short of 99 as well',
    });
    for (const page of PAGES) {
      const scores = await lighthouse(page, tandem.url + page, page === '/login' ? undefined : cookie);
      for (const category of CATEGORIES) {
        figures.push({
          name: `Lighthouse ${page}: ${category}`,
          ...scores(category),
          unit: 'points',
          target: { atLeast: 99 },
        });
      }
    }
    return figures;
  } finally {
    await peers.stop();
    await tandem.stop();
  }
}

/** Of everything that the page loads until the network is idle. */
async function scriptBytes(url: string, cookie?: string): Promise<number> {
  const browser = await chromium.launch({ executablePath: obtainBrowser(), args: CHROMIUM_ARGS });
  try {
    const context = await browser.newContext();
    if (cookie) await context.addCookies(cookie.split('; ').map((pair) => ({ ...nameAndValue(pair), url })));
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Network.enable');
    const scripts = new Set<string>();
    let bytes = 0;
    devTools.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Script') scripts.add(requestId);
    });
    devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    const answer = await page.goto(url, { waitUntil: 'networkidle' });
    if (!answer?.ok() || new URL(page.url()).pathname !== new URL(url).pathname)
      throw new Error(`${url} did not open.`);
    return bytes;
  } finally {
    await browser.close();
  }
}

/** Scores from 0 to 100 by category, and Lighthouse's benchmark of the machine; undefined if it could not load the page. */
async function lighthouseScores(url: string, cookie?: string): Promise<Record<string, number> | undefined> {
  const { launch } = await import(pathToFileURL(require.resolve('chrome-launcher')).href);
  const { default: lighthouse } = await import(pathToFileURL(require.resolve('lighthouse')).href);
  const chrome = await launch({ chromePath: obtainBrowser(), chromeFlags: ['--headless=new', ...CHROMIUM_ARGS] });
  try {
    const flags = {
      port: chrome.port,
      output: 'json',
      logLevel: 'error',
      ...(cookie && { extraHeaders: { Cookie: cookie } }),
    };
    // The full-page screenshot takes seconds and is only for Lighthouse's own report.
    const { lhr } = await lighthouse(url, {
      ...flags,
      onlyCategories: CATEGORIES,
      disableFullPageScreenshot: true,
    });
    if (lhr.runtimeError) return undefined;
    if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url).pathname)
      throw new Error(`${url} led to ${lhr.finalDisplayedUrl}.`);
    const scores = Object.entries<{ score: number }>(lhr.categories).map(([name, { score }]) => [
      name,
      Math.round(score * 100),
    ]);
    return { ...Object.fromEntries(scores), [MACHINE]: lhr.environment.benchmarkIndex };
  } finally {
    await chrome.kill();
  }
}

function nameAndValue(pair: string): { name: string; value: string } {
  const [name = '', ...rest] = pair.split('=');
  return { name, value: rest.join('=') };
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AWAY_DIGEST, saysAway } from '../../contract/database-away.ts';
import { NAVIGATION_RETRY_MAX_MS } from '../policy.ts';

const AWAY_DATA = `0:{"b":"x"}\n1a:E{"digest":"${AWAY_DIGEST}"}\n2:["$","h1",null,{}]\n`;
const PAGE_DATA = '0:{"b":"x"}\n1a:["$","h1",null,{"children":"Orders"}]\n';
const CLICK = { headers: { rsc: '1' } };
const PREFETCH = { headers: { rsc: '1', 'next-router-segment-prefetch': '/_tree' } };

const fetch = vi.fn<typeof globalThis.fetch>();
const answer =
  (body: string | null, status = 200) =>
  async () =>
    new Response(body, { status });

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  fetch.mockReset();
  vi.stubGlobal('window', { fetch });
  vi.stubGlobal('location', { origin: 'https://tandem.test', href: 'https://tandem.test/order' });
  vi.stubGlobal('document', { cookie: '', hidden: false });
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
  const { installPatientNavigation } = await import('./patient-navigation.ts');
  installPatientNavigation();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const notice = async () => (await import('../session/store.ts')).getState().snapshot.notice;

test.each([
  ['a gateway that answers for a server', answer('<html>', 502)],
  ['a server without its database', answer(null, 503)],
  ['a page that its database could not give', answer(AWAY_DATA)],
  ['no connection', () => Promise.reject(new TypeError('Failed to fetch'))],
])('a click waits for %s, says so, and arrives', async (_, trouble) => {
  fetch.mockImplementationOnce(trouble).mockImplementationOnce(trouble).mockImplementation(answer(PAGE_DATA));
  const page = window.fetch('/order?_rsc=1', CLICK);
  await vi.advanceTimersByTimeAsync(0);
  expect(await notice()).toBe('unreachable');
  await vi.advanceTimersByTimeAsync(2 * NAVIGATION_RETRY_MAX_MS);
  expect(await (await page).text()).toBe(PAGE_DATA);
  expect(fetch).toHaveBeenCalledTimes(3);
});

test('a fault that waiting does not mend is handed on', async () => {
  const fault = '1a:E{"digest":"2884103821"}\n';
  fetch.mockImplementation(answer(fault));
  expect(await (await window.fetch('/order?_rsc=1', CLICK)).text()).toBe(fault);
  fetch.mockImplementation(answer('broken', 500));
  expect((await window.fetch('/order?_rsc=1', CLICK)).status).toBe(500);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('a prefetch waits for nothing, and a page that could not be made is not kept for the click', async () => {
  fetch.mockImplementation(answer(AWAY_DATA));
  expect((await window.fetch('/order?_rsc=1', PREFETCH)).status).toBe(204);
  fetch.mockImplementation(answer(PAGE_DATA));
  expect(await (await window.fetch('/order?_rsc=1', PREFETCH)).text()).toBe(PAGE_DATA);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('what somebody has written into an order is never read as an outage', () => {
  const written = JSON.stringify(`\n1a:E{"digest":"${AWAY_DIGEST}"}\n`);
  expect(saysAway(`0:["$","p",null,{"children":${written}}]\n`)).toBe(false);
  expect(saysAway(AWAY_DATA)).toBe(true);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AWAY_DIGEST } from '../../contract/database-away.ts';
import { LOST_SCRIPT_GAP_MS, LOST_SCRIPT_ROW_MS, LOST_SCRIPT_TIMES_MAX } from '../policy.ts';

const LOST = Object.assign(new Error('Failed to load chunk'), { name: 'ChunkLoadError' });
const LOADING_MS = 1_000;

let stored: Record<string, string>;
const reload = vi.fn();
const fetch = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  stored = {};
  reload.mockReset();
  fetch.mockReset().mockResolvedValue({ ok: true });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored[key] ?? null,
    setItem: (key: string, value: string) => {
      stored[key] = value;
    },
  });
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('fetch', fetch);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const AWAY = Object.assign(new Error('Hidden'), { digest: AWAY_DIGEST });

/** A new page fails for this reason; whether it says that it will be loaded again. */
async function pageFails(error: Error = LOST): Promise<boolean> {
  vi.resetModules();
  const { reloadAfter } = await import('./lost-script.ts');
  return reloadAfter(error);
}

test('a page whose script is missing is loaded again once the server answers, and a page with any other fault is not', async () => {
  fetch.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValueOnce({ ok: false });
  expect(await pageFails(new Error('Other'))).toBe(false);
  expect(await pageFails()).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(reload).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(LOST_SCRIPT_GAP_MS);
  expect(reload).toHaveBeenCalledOnce();
});

test('a script that stays missing is given up after three times in a row, each after a pause', async () => {
  for (let times = 1; times <= LOST_SCRIPT_TIMES_MAX; times += 1) {
    expect(await pageFails()).toBe(true);
    await vi.advanceTimersByTimeAsync(times === 1 ? 0 : LOST_SCRIPT_GAP_MS - LOADING_MS);
    expect(reload).toHaveBeenCalledTimes(times);
    await vi.advanceTimersByTimeAsync(LOADING_MS);
  }
  expect(await pageFails()).toBe(false);
  await vi.advanceTimersByTimeAsync(LOST_SCRIPT_ROW_MS);
  expect(reload).toHaveBeenCalledTimes(LOST_SCRIPT_TIMES_MAX);
  expect(await pageFails()).toBe(true);
});

test('a page that the database could not give is loaded again until it comes, each time after a pause', async () => {
  for (let times = 1; times <= 2 * LOST_SCRIPT_TIMES_MAX; times += 1) {
    expect(await pageFails(AWAY)).toBe(true);
    await vi.advanceTimersByTimeAsync(times === 1 ? 0 : LOST_SCRIPT_GAP_MS - LOADING_MS);
    expect(reload).toHaveBeenCalledTimes(times);
    await vi.advanceTimersByTimeAsync(LOADING_MS);
  }
  expect(await pageFails()).toBe(false);
});

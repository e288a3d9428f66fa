/** How tabs take turns, also beside those of other versions. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Request = (name: string, options: unknown, run: () => unknown) => Promise<unknown>;
const stubLocks = (request: Request) => vi.stubGlobal('navigator', { locks: { request } });
let withLock: typeof import('./lock.ts').withLock;

beforeEach(async () => {
  vi.resetModules();
  ({ withLock } = await import('./lock.ts'));
});
afterEach(() => vi.unstubAllGlobals());

test('tabs of every version share one lock, and a task runs in it once', async () => {
  const names: string[] = [];
  stubLocks(async (name, _options, run) => {
    names.push(name);
    return run();
  });
  const task = vi.fn(async () => 'done');
  expect(await withLock(task)).toBe('done');
  expect([names, task.mock.calls.length]).toEqual([['tandem'], 1]);
});

test('a tab that does not get the lock runs the task without', async () => {
  stubLocks(() => Promise.reject(new DOMException('Timed out.', 'TimeoutError')));
  const task = vi.fn(async () => 'done');
  expect(await withLock(task)).toBe('done');
  expect(task).toHaveBeenCalledOnce();
});

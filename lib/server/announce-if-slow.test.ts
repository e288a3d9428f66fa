import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announceIfSlow } from './announce-if-slow.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const said: string[] = [];
const say = (text: string) => void said.push(text);
beforeEach(() => said.splice(0));

test('a step that takes long is named once, and its result comes as it is', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const result = announceIfSlow('Opening …', () => promise, say);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(['Opening …']);
  resolve('open');
  expect(await result).toBe('open');
});

test('a quick step says nothing, whether it succeeds or fails', async () => {
  expect(await announceIfSlow('Opening …', async () => 1, say)).toBe(1);
  await expect(announceIfSlow('Opening …', () => Promise.reject(new Error('no')), say)).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual([]);
});

import { expect, test } from 'vitest';
import { remember } from './bounded-cache.ts';

test('one entry more than the limit makes the oldest go', () => {
  const map = new Map<string, number>();
  for (const [n, key] of ['a', 'b', 'c', 'd'].entries()) remember(map, key, n, 3);
  expect([...map]).toEqual([
    ['b', 1],
    ['c', 2],
    ['d', 3],
  ]);
});

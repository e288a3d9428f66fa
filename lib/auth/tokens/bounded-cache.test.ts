import { expect, test } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

test('one entry more than the limit makes the oldest go', () => {
  const cache = new BoundedCache<number>(3);
  for (const [n, key] of ['a', 'b', 'c', 'd'].entries()) cache.set(key, n);
  expect([...cache]).toEqual([
    ['b', 1],
    ['c', 2],
    ['d', 3],
  ]);
});

test('a key that is set again takes nobody’s room', () => {
  const cache = new BoundedCache<number>(2);
  for (const [n, key] of ['a', 'b', 'b'].entries()) cache.set(key, n);
  expect([...cache]).toEqual([
    ['a', 0],
    ['b', 2],
  ]);
});

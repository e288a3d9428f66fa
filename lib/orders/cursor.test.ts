/** The cursor of the order list. */
import { describe, expect, test } from 'vitest';
import type { OrderSort } from '../contract/order.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const refused = (path: string) =>
  expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path })] });

describe('a cursor', () => {
  test.each<[OrderSort, number]>([
    ['-placed_at', Date.UTC(2026, 0, 1)],
    ['placed_at', 0],
    ['-total', 0],
    ['total', Number.MAX_SAFE_INTEGER],
  ])('of the sort %s comes back as it was', (sort, key) => {
    const cursor = encodeCursor(sort, { key, number: 999_999_999_999_999 });
    expect(decodeCursor(sort, cursor)).toEqual({ key, number: 999_999_999_999_999 });
  });

  test('fits into what the contract takes', () => {
    const longest = { key: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };
    expect(encodeCursor('-placed_at', longest).length).toBeLessThanOrEqual(200);
  });

  test('of another sort is refused', () => {
    const cursor = encodeCursor('-placed_at', { key: 1, number: 1 });
    expect(() => decodeCursor('placed_at', cursor)).toThrow(refused('cursor'));
    expect(() => decodeCursor('-total', cursor)).toThrow(refused('cursor'));
  });

  test.each([
    '',
    'x',
    '%%%',
    encode(null),
    encode(['-placed_at']),
    encode(['-placed_at', 1, 1, 1]),
    encode(['-placed_at', '1', 1]),
    encode(['-placed_at', 1.5, 1]),
    encode(['-placed_at', -1, 1]),
    encode(['-placed_at', Date.UTC(10_000, 0, 1), 1]),
    encode(['-placed_at', 1, 2 ** 63]),
    encode(['name', 1, 1]),
  ])('%j is refused', (cursor) => {
    expect(() => decodeCursor('-placed_at', cursor)).toThrow(refused('cursor'));
  });
});

/** The cursor of the order list. */
import { describe, expect, test } from 'vitest';
import type { OrderSort } from '../contract/order.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const refused = (path: string) =>
  expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path })] });

describe('a cursor', () => {
  test.each<[OrderSort, Position]>([
    ['-placed_at', [Date.UTC(2026, 0, 1), 999_999_999_999_999]],
    ['placed_at', [0, 0]],
    ['-total', ['EUR', 0, 1]],
    ['total', ['KWD', Number.MAX_SAFE_INTEGER, 999_999_999_999_999]],
  ])('of the sort %s comes back as it was', (sort, position) => {
    expect(decodeCursor(sort, encodeCursor(sort, position))).toEqual(position);
  });

  test('fits into what the contract takes', () => {
    const longest: Position = ['EUR', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    expect(encodeCursor('-total', longest).length).toBeLessThanOrEqual(200);
  });

  test('of another sort is refused', () => {
    const cursor = encodeCursor('-placed_at', [1, 1]);
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

  test.each([
    // As it was written before totals were kept apart by currency.
    encode(['-total', 1, 1]),
    encode(['-total', 'EUR', 1]),
    encode(['-total', 'E\0R', 1, 1]),
    encode(['-total', 'euro', 1, 1]),
    encode(['-total', 'EUR', -1, 1]),
    encode(['-total', 'EUR', '1', 1]),
    encode(['-total', 'EUR', 1, 1, 1]),
    encode(['-placed_at', 'EUR', 1, 1]),
  ])('by total, %j is refused', (cursor) => {
    expect(() => decodeCursor('-total', cursor)).toThrow(refused('cursor'));
  });
});

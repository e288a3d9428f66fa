/** Order numbers as people see them. */
import { describe, expect, test } from 'vitest';
import { formatOrderNumber, parseOrderNumber } from './order-number.ts';

describe('an order number', () => {
  test.each([
    [1, 'ORD-000001'],
    [999_999, 'ORD-999999'],
    [1_000_000, 'ORD-1000000'],
    [999_999_999_999_999, 'ORD-999999999999999'],
  ])('%i is written %s and read back', (number, written) => {
    expect(formatOrderNumber(number)).toBe(written);
    expect(parseOrderNumber(written)).toBe(number);
  });

  test.each([
    '',
    '1',
    'ORD-1',
    'ORD-0000001',
    'ord-000001',
    'ORD-000001 ',
    'ORD-00000١',
    'ORD--00001',
    'ORD-1e10000',
    'ORD-9999999999999999',
  ])('%j is none', (written) => {
    expect(parseOrderNumber(written)).toBeNull();
  });
});

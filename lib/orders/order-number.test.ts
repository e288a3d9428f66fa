/** Order numbers as people see them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderNumber } from '../contract/order.ts';
import { anyText, textOf } from '../test-text.ts';
import { formatOrderNumber, parseOrderNumber } from './order-number.ts';

describe('an order number', () => {
  test('is written as the contract has it, and read back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999_999_999 }), (number) => {
        const written = OrderNumber.parse(formatOrderNumber(number));
        expect(parseOrderNumber(written)).toBe(number);
      }),
    );
    expect([1, 1_000_000].map(formatOrderNumber)).toEqual(['ORD-000001', 'ORD-1000000']);
  });

  test('has no other spelling', () => {
    const like = textOf('0', '1', '9', '00000', '123456', '-', ' ', 'e', '١', '\n').map((end) => `ORD-${end}`);
    fc.assert(
      fc.property(fc.oneof(like, anyText), (written) => {
        const number = parseOrderNumber(written);
        if (number !== null) expect(formatOrderNumber(number)).toBe(written);
      }),
      { numRuns: 500 },
    );
    const others = [
      '1',
      'ord-000001',
      'ORD-0000001',
      'ORD-000001 ',
      'ORD-00000١',
      'ORD-9999999999999999',
      'ORD-000NaN',
    ];
    for (const written of others) expect(parseOrderNumber(written), written).toBeNull();
  });
});

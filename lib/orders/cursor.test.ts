/** The cursor of the order list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderListQuery, OrderSort } from '../contract/order.ts';
import { anyText } from '../test-text.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';

const text = (json: string) => Buffer.from(json).toString('base64url');
const encode = (value: unknown) => text(JSON.stringify(value));
const refused = (path: string, message: unknown = expect.any(String)) =>
  expect.objectContaining({ code: 'invalid_request', issues: [{ path, message }] });

/** Null for a refusal, which must be of the cursor. */
function decoded(sort: OrderSort, cursor: string): Position | null {
  try {
    return decodeCursor(sort, cursor);
  } catch (error) {
    expect(error).toEqual(refused('cursor'));
    return null;
  }
}

const whole = fc.maxSafeNat();
const ofList = fc.oneof(
  fc.tuple(
    fc.constantFrom<OrderSort>('placed_at', '-placed_at'),
    fc.tuple(fc.nat({ max: Date.UTC(9999, 11, 31) }), whole),
  ),
  fc.tuple(fc.constantFrom<OrderSort>('total', '-total'), fc.tuple(fc.stringMatching(/^[A-Z]{3}$/), whole, whole)),
) satisfies fc.Arbitrary<[OrderSort, Position]>;

describe('a cursor', () => {
  test('comes back as it was, fits into what the contract takes, and is of no other sort', () => {
    fc.assert(
      fc.property(ofList, fc.constantFrom(...OrderSort.options), ([sort, position], other) => {
        const cursor = encodeCursor(sort, position);
        expect(OrderListQuery.parse({ cursor }).cursor).toBe(cursor);
        expect(decodeCursor(sort, cursor)).toEqual(position);
        const otherwise = refused('cursor', 'Belongs to a list sorted otherwise.');
        if (other !== sort) expect(() => decodeCursor(other, cursor)).toThrow(otherwise);
      }),
    );
  });

  test('that no list has written is refused, and nothing else happens', () => {
    const wrong = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1.5, 2 ** 63, '1', 'euro', 'E\0R'));
    const almost = fc.tuple(ofList, fc.nat({ max: 3 }), wrong).map(([[sort, position], at, member]) => {
      const members: unknown[] = [sort, ...position];
      return encode(members.with(at % members.length, member));
    });
    const respelled = fc
      .tuple(ofList, fc.constantFrom('', ' ', '\n'), fc.constantFrom('', '=', ' ', '*'))
      .map(([[sort, position], blank, end]) => text(JSON.stringify([sort, ...position]) + blank) + end);
    fc.assert(
      fc.property(fc.oneof(anyText, almost, respelled, fc.json().map(encode)), (cursor) => {
        for (const sort of OrderSort.options) {
          const position = decoded(sort, cursor);
          if (position) expect(encodeCursor(sort, position)).toBe(cursor);
          for (const member of position ?? []) expect(String(member)).toMatch(/^(\d{1,16}|[A-Z]{3})$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each<[OrderSort, unknown]>([
    ['-placed_at', ['-placed_at', Date.UTC(10_000, 0, 1), 1]],
    ['-placed_at', ['-placed_at', 'EUR', 1, 1]],
    // As it was written before totals were kept apart by currency.
    ['-total', ['-total', 1, 1]],
  ])('by %s, %j is refused', (sort, value) => {
    const unknown = refused('cursor', 'Must be a next_cursor of this list.');
    expect(() => decodeCursor(sort, encode(value))).toThrow(unknown);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';
import { anyText, textOf } from '../../../../lib/test-text.ts';
import { readQuantity } from './read-quantity.ts';

/** Those of decimal digits: the others write no 7 of one character. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem').filter((numberingSystem) =>
  /^\p{Nd}$/u.test(new Intl.NumberFormat('en', { numberingSystem }).format(7)),
);

test('a number is read in the digits of every script', () => {
  const around = textOf(' ', '\u200f', '\u202f', '\ufeff');
  fc.assert(
    fc.property(
      fc.oneof(fc.nat({ max: 1_100 }), fc.maxSafeNat()),
      fc.constantFrom(...SCRIPTS),
      around,
      (quantity, numberingSystem, blanks) => {
        const digits = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(quantity);
        const expected = quantity <= ORDER_QUANTITY_MAX ? quantity : null;
        for (const typed of [digits, `+${digits}`, `00${digits}`]) {
          expect(readQuantity(blanks + typed + blanks)).toBe(expected);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('no text is read as a number beyond the limits', () => {
  const like = textOf(...'0129+-.,eE /²½①x٣', '\u200f', '-', '十', 'Ⅻ');
  fc.assert(
    fc.property(fc.oneof(like, anyText), (typed) => {
      const quantity = readQuantity(typed);
      if (quantity === null) return;
      expect([Number.isInteger(quantity), quantity >= 0, quantity <= ORDER_QUANTITY_MAX]).toEqual([true, true, true]);
      // Nothing but digits, a plus before them, and blanks and marks around.
      expect(typed).toMatch(/^[\s\p{Cf}]*([+＋][\s\p{Cf}]*(?=\p{Nd}))?[\p{Nd}\p{Cf}]*[\s\p{Cf}]*$/u);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['１２', 12],
  ['\u200f١٢\u200f', 12],
  ['＋２', 2],
  ['\u{1d7d9}\u{1d7da}', 12],
  ['', 0],
  ['  ', 0],
])('“%s” is read as %d', (typed, quantity) => {
  expect(readQuantity(typed)).toBe(quantity);
});

test.each(['1,5', '1 000', '1\u202f000', '−3', '+', '++2', '1e3', '0x10', '12 pcs', '1²', '①'])(
  '“%s” is no quantity, and never another number',
  (typed) => {
    expect(readQuantity(typed)).toBeNull();
  },
);

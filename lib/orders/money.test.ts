/** How money is written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyDecimals } from './currency.ts';
import { formatMoney } from './money.ts';

describe('money', () => {
  test('has as many decimals as its currency', () => {
    expect(formatMoney(123_456, 'EUR')).toBe('€1,234.56');
    expect(formatMoney(123_456, 'USD')).toBe('$1,234.56');
    expect(formatMoney(123_456, 'JPY')).toBe('¥123,456');
    expect(formatMoney(123_456, 'KWD')).toBe('KWD\u00a0123.456');
  });

  test.each([
    ['HUF', '1,234.56'],
    ['COP', '1,234.56'],
    ['LBP', '1,234.56'],
    ['IQD', '123.456'],
    ['BHD', '123.456'],
    ['ISK', '123,456'],
    ['CLF', '12.3456'],
  ])('in %s has the decimals of ISO 4217, whatever Intl makes of that currency', (currency, written) => {
    expect(formatMoney(123_456, currency).replace(/[^\d.,]/g, '')).toBe(written);
  });

  test('is exact in any amount and currency: no division, no rounding', () => {
    const currencies = fc.constantFrom(...Intl.supportedValuesOf('currency'), 'UYW');
    fc.assert(
      fc.property(fc.maxSafeNat(), currencies, (minorUnits, currency) => {
        // A symbol may contain a dot: `Cg.` of XCG.
        const [amount = ''] = /\d[\d,.]*/.exec(formatMoney(minorUnits, currency)) ?? [];
        const [whole = '', decimals = ''] = amount.replaceAll(',', '').split('.');
        expect(BigInt(whole + decimals)).toBe(BigInt(minorUnits));
        expect(decimals).toHaveLength(currencyDecimals(currency));
      }),
      { numRuns: 500 },
    );
  });

  test('is written in the language asked for', () => {
    expect(formatMoney(123_456, 'EUR', 'de')).toBe('1.234,56\u00a0€');
  });
});

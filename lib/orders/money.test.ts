/** How money is written. */
import { describe, expect, test } from 'vitest';
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

  test('shows the decimals of a whole amount and of a very small one', () => {
    expect(formatMoney(500, 'EUR')).toBe('€5.00');
    expect(formatMoney(7, 'EUR')).toBe('€0.07');
    expect(formatMoney(0, 'JPY')).toBe('¥0');
  });

  test('is exact where a division would round', () => {
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'KWD')).toBe('KWD\u00a09,007,199,254,740.991');
  });

  test('is written in the language asked for', () => {
    expect(formatMoney(123_456, 'EUR', 'de')).toBe('1.234,56\u00a0€');
  });
});

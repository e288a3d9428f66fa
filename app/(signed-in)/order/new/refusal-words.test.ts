import { expect, test } from 'vitest';
import { refusalWords } from './refusal-words.ts';

const PRODUCTS = [
  { sku: 'LAMP', name: 'Desk lamp', currency: 'EUR', unit_price_minor_units: 6900, available: true },
  { sku: 'PEN', name: 'Ink pen', currency: 'USD', unit_price_minor_units: 4800, available: true },
];
const BODY = { lines: PRODUCTS.map(({ sku }) => ({ sku, quantity: 1 })) };

test('each refused product is named, the rest of its sentence stays as it is, and no full stop is doubled', () => {
  const issues = [
    { path: 'lines.0.quantity', message: 'Must be at most 999.' },
    { path: 'lines.1.sku', message: 'Is priced in USD, the order is in EUR.' },
    { path: 'note', message: 'Must have at most 500 characters.' },
  ];
  expect(refusalWords(issues, BODY, PRODUCTS)).toBe(
    'This order cannot be placed as it is. Desk lamp: must be at most 999. ' +
      'Ink pen: is priced in USD, the order is in EUR. Must have at most 500 characters.',
  );
});

test('a refusal that names no field is one sentence', () => {
  expect(refusalWords([], BODY, PRODUCTS)).toBe('This order cannot be placed as it is.');
});

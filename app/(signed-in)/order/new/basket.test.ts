import { expect, test } from 'vitest';
import {
  ORDER_LINES_MAX,
  ORDER_NOTE_MAX_CHARS,
  ORDER_QUANTITY_MAX,
  PlaceOrderBody,
  type Product,
} from '../../../../lib/contract/order.ts';
import { basketTotal, LINES_MAX, NOTE_MAX_CHARS, orderable, orderBody, QUANTITY_MAX, withQuantity } from './basket.ts';

function product(sku: string, price: number, { currency = 'EUR', available = true } = {}): Product {
  return { sku, name: sku, currency, unit_price_minor_units: price, available };
}

const PRODUCTS = [
  product('LAMP', 6900),
  product('SHELF', 12450),
  product('STOOL', 9900, { available: false }),
  product('PEN', 4800, { currency: 'USD' }),
];

test('the limits are those of the contract', () => {
  expect({ LINES_MAX, NOTE_MAX_CHARS, QUANTITY_MAX }).toEqual({
    LINES_MAX: ORDER_LINES_MAX,
    NOTE_MAX_CHARS: ORDER_NOTE_MAX_CHARS,
    QUANTITY_MAX: ORDER_QUANTITY_MAX,
  });
});

test('a total never adds amounts of two currencies', () => {
  expect(basketTotal({ LAMP: 1, PEN: 2 }, PRODUCTS)).toEqual({ currency: 'EUR', minorUnits: 6900, pieces: 1 });
});

test('a quantity of none takes the product out', () => {
  expect(withQuantity({ LAMP: 1, SHELF: 2 }, 'LAMP', 0)).toEqual({ SHELF: 2 });
});

test('changing one quantity leaves the others alone', () => {
  expect(withQuantity({ LAMP: 1, SHELF: 2 }, 'SHELF', 5)).toEqual({ LAMP: 1, SHELF: 5 });
});

test('the total is the sum of quantity times price, in the currency chosen', () => {
  expect(basketTotal({ SHELF: 2, LAMP: 1 }, PRODUCTS)).toEqual({ currency: 'EUR', minorUnits: 31800, pieces: 3 });
});

test('an empty basket has no currency yet', () => {
  expect(basketTotal({}, PRODUCTS)).toEqual({ currency: undefined, minorUnits: 0, pieces: 0 });
});

test('of an old draft, only what is still on offer and of one currency is kept', () => {
  expect(orderable({ LAMP: 1, STOOL: 2, GONE: 3, PEN: 4 }, PRODUCTS)).toEqual({ LAMP: 1 });
});

test('the body is the same whatever the order in which things were chosen', () => {
  const body = {
    lines: [
      { sku: 'LAMP', quantity: 1 },
      { sku: 'SHELF', quantity: 2 },
    ],
    note: 'by the door',
  };
  expect(orderBody({ SHELF: 2, LAMP: 1 }, PRODUCTS, ' by the door ')).toEqual(body);
  expect(orderBody({ LAMP: 1, SHELF: 2 }, PRODUCTS, 'by the door')).toEqual(body);
});

test('the body is one that the contract takes, and an empty note is left out', () => {
  const body = orderBody({ LAMP: QUANTITY_MAX }, PRODUCTS, '  ');
  expect(PlaceOrderBody.parse(body)).toEqual({ lines: [{ sku: 'LAMP', quantity: 999 }] });
});

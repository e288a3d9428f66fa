import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ORDER_LINES_MAX, ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';
import { PlaceOrderBody, type Product } from '../../../../lib/contract/order.ts';
import { basketTotal, orderable, orderBody, withQuantity } from './basket.ts';
import { parseDraft } from './draft.ts';

function product(sku: string, price: number, { currency = 'EUR', available = true } = {}): Product {
  return { sku, name: sku, currency, unit_price_minor_units: price, available };
}

const PRODUCTS = [
  product('LAMP', 6900),
  product('SHELF', 12450),
  product('STOOL', 9900, { available: false }),
  product('PEN', 4800, { currency: 'USD' }),
];

test('a total never adds amounts of two currencies', () => {
  expect(basketTotal({ LAMP: 1, PEN: 2 }, PRODUCTS)).toEqual({ currency: 'EUR', minorUnits: 6900, pieces: 1 });
});

const change = fc.tuple(fc.constantFrom('LAMP', 'SHELF', 'PEN'), fc.nat({ max: ORDER_QUANTITY_MAX }));

test('of every product the last quantity counts, none takes it out, and the body has the order of the list', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const quantities = changes.reduce((kept, [sku, quantity]) => withQuantity(kept, sku, quantity), {});
      const last = new Map<string, number>(changes);
      const lines = PRODUCTS.flatMap(({ sku }) => (last.get(sku) ? [{ sku, quantity: last.get(sku) }] : []));
      expect(Object.keys(quantities)).toHaveLength(lines.length);
      expect(orderBody(quantities, PRODUCTS, ' by the door ')).toEqual({ lines, note: 'by the door' });
    }),
  );
});

test('the total of the dearest and largest basket is exact', () => {
  const line = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: ORDER_QUANTITY_MAX }));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: ORDER_LINES_MAX, size: 'max' }), (lines) => {
      const products = lines.map(([price], index) => product(`SKU-${index}`, price));
      const { minorUnits } = basketTotal(
        Object.fromEntries(lines.map(([, quantity], index) => [`SKU-${index}`, quantity])),
        products,
      );
      expect(BigInt(minorUnits)).toBe(
        lines.reduce((sum, [price, quantity]) => sum + BigInt(price) * BigInt(quantity), 0n),
      );
    }),
  );
});

test('an empty basket has no currency yet', () => {
  expect(basketTotal({}, PRODUCTS)).toEqual({ currency: undefined, minorUnits: 0, pieces: 0 });
});

test('of an old draft, only what is still on offer and of one currency is kept', () => {
  expect(orderable({ LAMP: 1, STOOL: 2, GONE: 3, PEN: 4 }, PRODUCTS)).toEqual({ LAMP: 1 });
});

test('whatever a browser has kept as a draft, its order is one that the contract takes', () => {
  const sku = fc.constantFrom('LAMP', 'SHELF', 'STOOL', 'PEN', 'GONE', '__proto__', 'constructor');
  const quantity = fc.oneof(fc.nat({ max: ORDER_QUANTITY_MAX }), fc.integer(), fc.jsonValue());
  const kept = fc.record({ quantities: fc.dictionary(sku, quantity), note: fc.string(), key: fc.constant('k') });
  fc.assert(
    fc.property(kept, (draft) => {
      const { quantities, note } = parseDraft(JSON.parse(JSON.stringify(draft))) ?? { quantities: {}, note: '' };
      const body = orderBody(orderable(quantities, PRODUCTS), PRODUCTS, note);
      if (body.lines.length > 0) expect(PlaceOrderBody.parse(body)).toEqual(body);
    }),
    { examples: [[{ quantities: { LAMP: 1_000 }, note: '', key: 'k' }]] },
  );
});

test('the body is one that the contract takes, and an empty note is left out', () => {
  const body = orderBody({ LAMP: ORDER_QUANTITY_MAX }, PRODUCTS, '  ');
  expect(PlaceOrderBody.parse(body)).toEqual({ lines: [{ sku: 'LAMP', quantity: 999 }] });
});

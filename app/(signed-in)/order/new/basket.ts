/** The basket: quantities by product, in one currency. Pure functions. */
import type { PlaceOrderBody, Product } from '../../../../lib/contract/order.ts';

/** Pieces by `sku`; missing means none. */
export type Quantities = Readonly<Record<string, number>>;

export interface BasketLine {
  product: Product;
  quantity: number;
}

export interface BasketTotal {
  /** Undefined while the basket is empty. */
  currency: string | undefined;
  minorUnits: number;
  pieces: number;
}

/** `quantity` is a whole number from 0 to `ORDER_QUANTITY_MAX`; 0 removes the product. */
export function withQuantity(quantities: Quantities, sku: string, quantity: number): Quantities {
  const { [sku]: _, ...others } = quantities;
  return quantity > 0 ? { ...others, [sku]: quantity } : others;
}

/** Keep what can still be ordered; a draft may be older than the product list. */
export function orderable(quantities: Quantities, products: readonly Product[]): Quantities {
  const currency = basketTotal(quantities, products).currency;
  const known = basketLines(quantities, products).filter(({ product }) => product.currency === currency);
  return Object.fromEntries(known.map(({ product, quantity }) => [product.sku, quantity]));
}

/** The available products of the basket, in list order. */
export function basketLines(quantities: Quantities, products: readonly Product[]): BasketLine[] {
  return products.flatMap((product) => {
    const quantity = quantities[product.sku] ?? 0;
    return product.available && quantity > 0 ? [{ product, quantity }] : [];
  });
}

export function basketTotal(quantities: Quantities, products: readonly Product[]): BasketTotal {
  const all = basketLines(quantities, products);
  const currency = all[0]?.product.currency;
  // Amounts of two currencies have no sum; the server refuses such an order.
  const lines = all.filter(({ product }) => product.currency === currency);
  return {
    currency,
    minorUnits: lines.reduce((sum, { product, quantity }) => sum + quantity * product.unit_price_minor_units, 0),
    pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  };
}

/** The request body, in the same order for the same basket, so that a repeat is the same request. */
export function orderBody(quantities: Quantities, products: readonly Product[], note: string): PlaceOrderBody {
  const lines = basketLines(quantities, products).map(({ product, quantity }) => ({ sku: product.sku, quantity }));
  const trimmed = note.trim();
  return trimmed ? { lines, note: trimmed } : { lines };
}

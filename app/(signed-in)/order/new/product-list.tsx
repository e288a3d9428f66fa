'use client';
/** The products by currency. An order has one currency, so a choice closes the other lists and says why. */
import type { Product } from '../../../../lib/contract/order.ts';
import { formatMoney } from '../../../../lib/orders/money.ts';
import type { Quantities } from './basket.ts';
import { QuantityStepper } from './quantity-stepper.tsx';

interface ProductListProps {
  products: Product[];
  quantities: Quantities;
  /** The currency of the current choice. */
  currency: string | undefined;
  onChange: (sku: string, quantity: number) => void;
}

export function ProductList({ products, quantities, currency, onChange }: ProductListProps) {
  const currencies = [...new Set(products.map((product) => product.currency))];
  return (
    <div className="flex flex-col gap-6">
      {currencies.length > 1 && (
        <p className="max-w-prose text-muted">
          An order has one currency. Choose from one of the lists below; for things priced in another currency, place a
          second order.
        </p>
      )}
      {currencies.map((code) => (
        <section key={code} aria-labelledby={`in-${code}`}>
          <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
            <h2 id={`in-${code}`}>{`Priced in ${code}`}</h2>
            {currency !== undefined && currency !== code && (
              <span className="text-13 text-muted">{`Not in this order, which is in ${currency}`}</span>
            )}
          </div>
          <ul className="sheet divide-y divide-line">
            {products
              .filter((product) => product.currency === code)
              .map((product) => (
                <ProductRow
                  key={product.sku}
                  product={product}
                  quantity={quantities[product.sku] ?? 0}
                  isClosed={currency !== undefined && currency !== code}
                  onChange={(quantity) => onChange(product.sku, quantity)}
                />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ProductRowProps {
  product: Product;
  quantity: number;
  isClosed: boolean;
  onChange: (quantity: number) => void;
}

function ProductRow({ product, quantity, isClosed, onChange }: ProductRowProps) {
  const { name, available, unit_price_minor_units: price, currency } = product;
  return (
    <li className="flex min-h-15 items-center gap-4 px-4 py-2">
      <div className="min-w-0 grow">
        <p translate="no" className={`wrap-anywhere ${available && !isClosed ? 'font-medium' : 'text-muted'}`}>
          {name}
        </p>
        <p translate="no" className="text-13 text-muted">
          {formatMoney(price, currency)}
        </p>
      </div>
      {!available && <p className="text-13 text-muted">Not available at present</p>}
      {available && !isClosed && <QuantityStepper name={name} quantity={quantity} onChange={onChange} />}
    </li>
  );
}

/** The lines of an order: quantity × price each, and the total. */
import type { Order } from '../../../../lib/contract/order.ts';
import { formatMoney } from '../../../../lib/orders/money.ts';

export function OrderLines({ order: { lines, currency, total_minor_units: total } }: { order: Order }) {
  return (
    <table className="line-table sheet">
      <caption className="sr-only">What was ordered</caption>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Quantity × price</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.sku}>
            <th scope="row">
              <span translate="no" className="block wrap-anywhere">
                {line.name}
              </span>
              <span translate="no" className="block wrap-anywhere text-13 font-normal text-muted">
                {line.sku}
              </span>
            </th>
            <td translate="no" className="text-muted">
              {line.quantity} × {formatMoney(line.unit_price_minor_units, currency)}
            </td>
            <td translate="no">{formatMoney(line.quantity * line.unit_price_minor_units, currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            Total
          </th>
          <td translate="no" className="text-20 font-semibold">
            {formatMoney(total, currency)}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

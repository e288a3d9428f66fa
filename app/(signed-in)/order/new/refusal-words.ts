/** Describe why an order was refused, with product names. */
import type { FieldIssue } from '../../../../lib/contract/error.ts';
import type { PlaceOrderBody, Product } from '../../../../lib/contract/order.ts';

/** The server's sentences end with a full stop. */
export function refusalWords(
  issues: readonly FieldIssue[],
  body: PlaceOrderBody,
  products: readonly Product[],
): string {
  const sentences = issues.map(({ path, message }) => {
    const sku = body.lines[Number(path.split('.')[1])]?.sku;
    const name = products.find((product) => product.sku === sku)?.name;
    return name ? `${name}: ${message.charAt(0).toLowerCase()}${message.slice(1)}` : message;
  });
  return ['This order cannot be placed as it is.', ...sentences].join(' ');
}

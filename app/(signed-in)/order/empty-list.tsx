/** The empty list: no orders yet, or none that match the filter and search. */
import Link from 'next/link';
import type { OrderListQuery } from '../../../lib/contract/order.ts';
import { STATUS_WORDS } from '../../_components/order-status.tsx';

export function EmptyList({ query }: { query: OrderListQuery }) {
  const narrowed = query.status !== undefined || query.q !== undefined || query.cursor !== undefined;
  return (
    <div className="sheet flex flex-col items-center gap-5 px-6 py-16 text-center">
      <div className="flex flex-col gap-1">
        <h2 className="wrap-anywhere">{narrowed ? nothingFound(query) : 'No orders yet'}</h2>
        <p className="text-muted">
          {narrowed
            ? 'Search looks at order numbers, products and notes.'
            : 'Place your first one; from then on you follow it here.'}
        </p>
      </div>
      {narrowed ? (
        <Link href="/order" className="button">
          Show all orders
        </Link>
      ) : (
        <Link href="/order/new" className="button button-primary">
          Place an order
        </Link>
      )}
    </div>
  );
}

function nothingFound({ status, q }: OrderListQuery): string {
  const what = status ? `No ${STATUS_WORDS[status].toLowerCase()} orders` : 'No orders';
  return q ? `${what} match “${q}”` : what;
}

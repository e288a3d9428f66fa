/** One link per status with its count; the current one is marked. */
import Link from 'next/link';
import type { OrderListQuery, OrderStatus } from '../../../lib/contract/order.ts';
import { ORDER_STATUSES } from '../../../lib/orders/order-status.ts';
import { LinkPending } from '../../_components/link-pending.tsx';
import { STATUS_WORDS } from '../../_components/order-status.tsx';
import { changedList } from './list-query.ts';

interface OrderFiltersProps {
  query: OrderListQuery;
  counts: Record<OrderStatus | 'all', number>;
}

export function OrderFilters({ query, counts }: OrderFiltersProps) {
  const filters = [
    { label: 'All', status: undefined, count: counts.all },
    ...ORDER_STATUSES.map((status) => ({ label: STATUS_WORDS[status], status, count: counts[status] })),
  ];
  return (
    <nav
      aria-label="Filter by status"
      className="filters -mx-4 flex overflow-x-auto [scrollbar-width:none] print:hidden px-4 py-1 md:-mx-2.5 md:flex-wrap md:px-0"
    >
      {filters.map(({ label, status, count }) => (
        <Link
          key={label}
          href={changedList(query, { status })}
          prefetch={false}
          scroll={false}
          aria-current={status === query.status ? 'true' : undefined}
          className="tap inline-flex h-8 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md px-2.5 text-muted hover:bg-sunk hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent"
        >
          {label}
          <span className="text-13 font-normal">{count}</span>
          <LinkPending kind="list" />
        </Link>
      ))}
    </nav>
  );
}

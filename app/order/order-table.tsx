/** The orders as a table on a desk and as cards on a phone, from the same markup; each row is one link. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { OrderListItem, OrderListQuery, OrderSort } from '../../lib/contract/order.ts';
import { formatMoney } from '../../lib/orders/money.ts';
import { DownIcon, UpIcon } from '../_components/icons.tsx';
import { LinkPending } from '../_components/link-pending.tsx';
import { changedList } from './list-query.ts';
import { OrderRow } from './order-row.tsx';

interface OrderTableProps {
  orders: OrderListItem[];
  query: OrderListQuery;
  /** ISO 8601. */
  now: string;
}

export function OrderTable({ orders, query, now }: OrderTableProps) {
  return (
    <table className="order-table">
      <caption className="sr-only">Orders. Each row leads to its order.</caption>
      <thead>
        <tr>
          <th scope="col" className="md:w-32">
            Number
          </th>
          <SortHeader query={query} by="placed_at" className="md:w-36">
            Placed
          </SortHeader>
          <th scope="col" className="md:w-32">
            Status
          </th>
          <th scope="col">Items</th>
          <SortHeader query={query} by="total" className="md:w-36 md:text-right">
            Total
          </SortHeader>
        </tr>
      </thead>
      <tbody>
        {orders.map(({ number, placed_at, status, summary, total_minor_units, currency }) => (
          <OrderRow
            key={number}
            order={{ number, placed_at, status, summary }}
            total={formatMoney(total_minor_units, currency)}
            now={now}
          />
        ))}
      </tbody>
    </table>
  );
}

interface SortHeaderProps {
  query: OrderListQuery;
  by: 'placed_at' | 'total';
  className: string;
  children: ReactNode;
}

/** First the largest or newest; a second click turns the order round. */
function SortHeader({ query, by, className, children }: SortHeaderProps) {
  const descending: OrderSort = `-${by}`;
  const isDescending = query.sort === descending;
  const isAscending = query.sort === by;
  const next = isDescending ? by : descending;
  return (
    <th
      scope="col"
      aria-sort={isDescending ? 'descending' : isAscending ? 'ascending' : undefined}
      className={`sortable ${className}`}
    >
      <Link
        href={changedList(query, { sort: next })}
        prefetch={false}
        scroll={false}
        className={`sort-link ${by === 'total' ? 'md:flex-row-reverse' : ''}`}
      >
        {children}
        {isDescending && <DownIcon />}
        {isAscending && <UpIcon />}
        <LinkPending kind="list" />
      </Link>
    </th>
  );
}

/** The orders as a table on wide screens and as cards on phones, from the same markup; each row is one link. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { OrderListItem, OrderListQuery, OrderSort } from '../../../lib/contract/order.ts';
import { formatMoney } from '../../../lib/orders/money.ts';
import { Icon } from '../../_components/icons.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { changedList, isByTotal } from './list-query.ts';
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
          <SortHeader query={query} by="placed_at" className="md:w-42">
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
      {groups(orders, query.sort).map(({ currency, members }) => (
        <tbody key={currency ?? 'all'}>
          {currency && (
            <tr>
              <th scope="rowgroup" colSpan={5} className="group-head">
                {`In ${currency}`}
              </th>
            </tr>
          )}
          {members.map(({ number, placed_at, status, summary, total_minor_units: total, currency }) => (
            <OrderRow
              key={number}
              order={{ number, placed_at, status, summary }}
              total={formatMoney(total, currency)}
              now={now}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

/** One group per currency when sorted by total, in the order of the list. */
function groups(orders: OrderListItem[], sort: OrderSort): { currency?: string; members: OrderListItem[] }[] {
  if (!isByTotal(sort)) return [{ members: orders }];
  const currencies = [...new Set(orders.map((order) => order.currency))];
  return currencies.map((currency) => ({ currency, members: orders.filter((order) => order.currency === currency) }));
}

interface SortHeaderProps {
  query: OrderListQuery;
  by: 'placed_at' | 'total';
  className: string;
  children: ReactNode;
}

/** Largest or newest first; a second click reverses. */
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
        {isDescending && <Icon name="down" />}
        {isAscending && <Icon name="up" />}
        <LinkPending kind="list" />
      </Link>
    </th>
  );
}

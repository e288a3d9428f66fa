/** The list of orders. All of its state is in the address, so it works without a script, by link and by the back button. */
import type { Metadata } from 'next';
import Link from 'next/link';
import type { OrderListAnswer, OrderListQuery } from '../../lib/contract/order.ts';
import { database } from '../../lib/db/client.ts';
import { AppError } from '../../lib/errors.ts';
import { countOrders, listOrders } from '../../lib/orders/orders.ts';
import { PlusIcon } from '../_components/icons.tsx';
import { LinkPending } from '../_components/link-pending.tsx';
import { pageData } from '../_server/page-data.ts';
import { requirePrincipal } from '../_server/principal.ts';
import { EmptyList } from './empty-list.tsx';
import { changedList, listPath, moreOfList, readListQuery, type SearchParams } from './list-query.ts';
import { OrderFilters } from './order-filters.tsx';
import { OrderSearch } from './order-search.tsx';
import { OrderTable } from './order-table.tsx';

export const metadata: Metadata = { title: 'Orders' };

export default async function OrdersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { query, ignored } = readListQuery(await searchParams);
  const { userId } = await requirePrincipal(listPath(query));
  const [list, counts] = await pageData(
    Promise.all([readList(userId, query), countOrders(database(), userId, query.q)]),
  );
  const { orders, next_cursor: nextCursor } = list.answer;
  const more = nextCursor && moreOfList(list.query, nextCursor);
  const found = query.status ? counts[query.status] : counts.all;

  return (
    <div className="list-area flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1>Orders</h1>
        <p className="mt-2 text-muted" role="status">
          <span>{found}</span>{' '}
          <span className={query.q || query.status ? undefined : 'sr-only'}>{countNoun(found, query)}</span>
        </p>
        <Link href="/order/new" className="button button-primary ml-auto">
          <PlusIcon />
          New order
          <LinkPending />
        </Link>
      </div>

      <div className="flex flex-col gap-3 md:flex-row md:items-center md:justify-between">
        <OrderFilters query={query} counts={counts} />
        <OrderSearch key={query.q ?? ''} query={query} />
      </div>

      {(ignored || list.cursorRefused) && (
        <p className="text-muted">
          Part of this address could not be read, so that part was left out.{' '}
          <Link href="/order" className="link">
            Show all orders
          </Link>
        </p>
      )}

      {orders.length > 0 ? (
        <OrderTable orders={orders} query={list.query} now={new Date().toISOString()} />
      ) : (
        <EmptyList query={query} />
      )}

      <div className="flex items-center justify-center gap-3 empty:hidden">
        {list.query.cursor && (
          <Link href={changedList(query, {})} prefetch={false} className="button">
            Back to the beginning
            <LinkPending kind="list" />
          </Link>
        )}
        {more && (
          <Link href={more} prefetch={false} scroll={more.includes('cursor=')} className="button">
            Load more
            <LinkPending kind="list" />
          </Link>
        )}
      </div>
    </div>
  );
}

interface ReadList {
  answer: OrderListAnswer;
  query: OrderListQuery;
  cursorRefused: boolean;
}

/** A cursor that the list refuses (kept from another sort, cut off in a mail) leads to the beginning of the list instead. */
async function readList(userId: number, query: OrderListQuery): Promise<ReadList> {
  try {
    return { answer: await listOrders(database(), userId, query), query, cursorRefused: false };
  } catch (error) {
    if (!query.cursor || !(error instanceof AppError) || error.code !== 'invalid_request') throw error;
    const fromStart = { ...query, cursor: undefined };
    return { answer: await listOrders(database(), userId, fromStart), query: fromStart, cursorRefused: true };
  }
}

function countNoun(count: number, { q, status }: OrderListQuery): string {
  if (q || status) return 'found';
  return count === 1 ? 'order' : 'orders';
}

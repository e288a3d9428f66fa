/** The order list. Its state is in the address, so it works without a script, by link and with the back button. */
import type { Metadata } from 'next';
import Link from 'next/link';
import { ORDER_PAGE_MAX, type OrderListQuery } from '../../../lib/contract/order.ts';
import { database } from '../../../lib/db/client.ts';
import { AppError } from '../../../lib/errors.ts';
import { countOrders, countOrdersBefore, listOrders } from '../../../lib/orders/orders.ts';
import { Icon } from '../../_components/icons.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { markOutage } from '../../_server/mark-outage.ts';
import { requirePrincipal } from '../../_server/principal.ts';
import { EmptyList } from './empty-list.tsx';
import { ListFrame } from './list-frame.tsx';
import { changedList, isByTotal, listPath, moreOfList, readListQuery, type SearchParams } from './list-query.ts';
import { HEADING_ID } from './list-return.ts';
import { listTitle } from './list-title.ts';
import { OrderFilters } from './order-filters.tsx';
import { OrderSearch } from './order-search.tsx';
import { OrderTable } from './order-table.tsx';

interface OrdersPageProps {
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ searchParams }: OrdersPageProps): Promise<Metadata> {
  return { title: listTitle(readListQuery(await searchParams).query) };
}

export default async function OrdersPage({ searchParams }: OrdersPageProps) {
  const { query, ignored } = readListQuery(await searchParams);
  const { userId } = await requirePrincipal(listPath(query));
  const [list, counts] = await markOutage(
    Promise.all([readList(userId, query), countOrders(database(), userId, query.q)]),
  );
  const { orders, next_cursor: nextCursor } = list.answer;
  const more = nextCursor && moreOfList(list.query, nextCursor);
  const isLongest = list.query.limit >= ORDER_PAGE_MAX;
  const isNarrowed = Boolean(query.q || query.status);
  const found = query.status ? counts[query.status] : counts.all;

  return (
    <ListFrame userId={userId} path={listPath(list.query)}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1 id={HEADING_ID} tabIndex={-1}>
          Orders
        </h1>
        <p className="mt-2 text-muted" role="status">
          <span>{found}</span>{' '}
          <span className={isNarrowed ? undefined : 'sr-only'}>
            {isNarrowed ? 'found' : found === 1 ? 'order' : 'orders'}
          </span>
        </p>
        {isNarrowed && <p className="hidden w-full wrap-anywhere print:block">{listTitle(query)}</p>}
        <Link href="/order/new" className="button button-primary ml-auto">
          <Icon name="plus" />
          New order
          <LinkPending />
        </Link>
      </div>

      <div className="flex flex-col gap-3 md:flex-row md:items-center md:justify-between">
        <OrderFilters query={query} counts={counts} />
        <OrderSearch
          status={query.status}
          sort={query.sort}
          q={query.q}
          everything={changedList(query, { q: undefined })}
        />
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
        <>
          {isByTotal(list.query.sort) && (
            <p className="text-muted">
              Sorted by total within each currency. Amounts of different currencies are not compared.
            </p>
          )}
          <OrderTable orders={orders} query={list.query} now={new Date().toISOString()} />
        </>
      ) : (
        <EmptyList query={query} />
      )}

      <div className="list-more flex flex-wrap items-center justify-center gap-3">
        <p role="status" className="mr-2 text-muted">
          {(more || list.query.cursor) && `${list.before + 1}–${list.before + orders.length} of ${found}`}
        </p>
        {list.query.cursor && (
          <Link href={changedList(query, {})} prefetch={false} className="button">
            Back to the beginning
            <LinkPending kind="list" />
          </Link>
        )}
        {more && (
          <Link href={more} prefetch={false} scroll={isLongest} className="button">
            {isLongest ? `Next ${Math.min(ORDER_PAGE_MAX, found - list.before - orders.length)}` : 'Load more'}
            <LinkPending kind="list" />
          </Link>
        )}
      </div>
    </ListFrame>
  );
}

/** A refused cursor (from another sort, or truncated) leads to the beginning of the list. */
async function readList(userId: number, query: OrderListQuery) {
  try {
    const [answer, before] = await Promise.all([
      listOrders(database(), userId, query),
      countOrdersBefore(database(), userId, query),
    ]);
    return { answer, query, before, cursorRefused: false };
  } catch (error) {
    if (!query.cursor || !(error instanceof AppError) || error.code !== 'invalid_request') throw error;
    const fromStart = { ...query, cursor: undefined };
    const answer = await listOrders(database(), userId, fromStart);
    return { answer, query: fromStart, before: 0, cursorRefused: true };
  }
}

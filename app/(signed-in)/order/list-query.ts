/** The order list's place in the address: reads it forgivingly, and writes the shortest one. */
import { ORDER_PAGE_DEFAULT, ORDER_PAGE_MAX, OrderListQuery, type OrderSort } from '../../../lib/contract/order.ts';

export type SearchParams = Record<string, string | string[] | undefined>;

const FIELDS = ['status', 'q', 'sort', 'limit', 'cursor'] as const;
const DEFAULTS = OrderListQuery.parse({});

/** What cannot be read is left out and `ignored` is true. Repeated and unknown parameters: of the former none counts, the latter are not ours. */
export function readListQuery(params: SearchParams): { query: OrderListQuery; ignored: boolean } {
  const understood: SearchParams = {};
  let ignored = false;
  for (const field of FIELDS) {
    const value = params[field];
    if (value === undefined || value === '') continue;
    if (OrderListQuery.shape[field].safeParse(value).success) understood[field] = value;
    else ignored = true;
  }
  return { query: OrderListQuery.parse(understood), ignored };
}

/** The address of the list for `query`, without what is as usual. */
export function listPath(query: Partial<OrderListQuery>): string {
  const params = new URLSearchParams();
  for (const field of FIELDS) {
    const value = query[field];
    if (value !== undefined && value !== '' && value !== DEFAULTS[field]) params.set(field, String(value));
  }
  return params.size > 0 ? `/order?${params}` : '/order';
}

export function isByTotal(sort: OrderSort): boolean {
  return sort === 'total' || sort === '-total';
}

/** The same list from its beginning, with something changed. */
export function changedList(query: OrderListQuery, change: Partial<OrderListQuery>): string {
  return listPath({ ...query, limit: ORDER_PAGE_DEFAULT, cursor: undefined, ...change });
}

/** More of the same list: it grows until a page is as long as one may be, and then goes on with the next such page. */
export function moreOfList(query: OrderListQuery, nextCursor: string): string {
  const limit = Math.min(query.limit + ORDER_PAGE_DEFAULT, ORDER_PAGE_MAX);
  if (limit > query.limit) return listPath({ ...query, limit });
  return listPath({ ...query, cursor: nextCursor });
}

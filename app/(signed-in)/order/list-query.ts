/** The list's state in the address: parse leniently, write the shortest form. */
import { ORDER_PAGE_DEFAULT, ORDER_PAGE_MAX, OrderListQuery, type OrderSort } from '../../../lib/contract/order.ts';

export type SearchParams = Record<string, string | string[] | undefined>;

const FIELDS = ['status', 'q', 'sort', 'limit', 'cursor'] as const;
const DEFAULTS = OrderListQuery.parse({});

/** Invalid and repeated parameters are dropped and set `ignored`. Unknown parameters are ignored silently. */
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

/** The address of the list for `query`, without defaults. */
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

/** The same list from its beginning, with a change. */
export function changedList(query: OrderListQuery, change: Partial<OrderListQuery>): string {
  return listPath({ ...query, limit: ORDER_PAGE_DEFAULT, cursor: undefined, ...change });
}

/** More of the same list: the page grows up to the largest size, then the next page follows. */
export function moreOfList(query: OrderListQuery, nextCursor: string): string {
  const limit = Math.min(query.limit + ORDER_PAGE_DEFAULT, ORDER_PAGE_MAX);
  if (limit > query.limit) return listPath({ ...query, limit });
  return listPath({ ...query, cursor: nextCursor });
}

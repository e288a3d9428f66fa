/** The title of the order list, as tabs, history and bookmarks show it. */
import type { OrderListQuery } from '../../../lib/contract/order.ts';
import { STATUS_WORDS } from '../../_components/order-status.tsx';

/** "Orders", "Paid orders", "“chair” · Paid orders". */
export function listTitle({ status, q }: Pick<OrderListQuery, 'status' | 'q'>): string {
  const list = status ? `${STATUS_WORDS[status]} orders` : 'Orders';
  const words = q?.trim().replace(/\s+/g, ' ');
  return words ? `“${words}” · ${list}` : list;
}

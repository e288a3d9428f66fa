/** The status of an order as a word with a dot. Color alone never carries it. */
import type { OrderStatus } from '../../lib/contract/order.ts';

export const STATUS_WORDS: Record<OrderStatus, string> = {
  pending: 'Pending',
  paid: 'Paid',
  shipped: 'Shipped',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
};

/** Complete strings, since Tailwind only finds whole class names. */
const DOT_CLASSES: Record<OrderStatus, string> = {
  pending: 'bg-pending',
  paid: 'bg-paid',
  shipped: 'bg-shipped',
  delivered: 'bg-delivered',
  cancelled: 'bg-cancelled',
};

export function StatusDot({ status }: { status: OrderStatus }) {
  return <span aria-hidden="true" className={`status-dot size-2 shrink-0 rounded-full ${DOT_CLASSES[status]}`} />;
}

export function OrderStatusLabel({ status }: { status: OrderStatus }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <StatusDot status={status} />
      {STATUS_WORDS[status]}
    </span>
  );
}

/** The past and remaining statuses of an order. */
import type { Order, OrderStatus } from '../../../../lib/contract/order.ts';
import { ORDER_STATUSES } from '../../../../lib/orders/order-status.ts';
import { Instant } from '../../../_components/instant.tsx';
import { STATUS_WORDS, StatusDot } from '../../../_components/order-status.tsx';

/** `now` is ISO 8601. */
export function OrderTimeline({ order: { status, history }, now }: { order: Order; now: string }) {
  return (
    <section aria-labelledby="history" className="sheet flex flex-col gap-4 p-5">
      {/* Gets the focus when the order was cancelled. */}
      <h2 id="history" tabIndex={-1}>
        History
      </h2>
      <ol className="timeline">
        {history.map((event) => (
          <li key={event.status} aria-current={event.status === status ? 'step' : undefined}>
            <span className="timeline-mark">
              <StatusDot status={event.status} />
            </span>
            <span className={event.status === status ? 'font-medium' : undefined}>{STATUS_WORDS[event.status]}</span>
            <span className="text-13 text-muted">
              <Instant at={event.at} now={now} />
            </span>
          </li>
        ))}
        {stillToCome(status).map((step) => (
          <li key={step} className="text-muted print:hidden">
            <span className="timeline-mark">
              <span aria-hidden="true" className="size-2 rounded-full border border-edge" />
            </span>
            <span>{STATUS_WORDS[step]}</span>
            <span className="sr-only">Still to come</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stillToCome(status: OrderStatus): OrderStatus[] {
  if (status === 'cancelled') return [];
  const steps = ORDER_STATUSES.filter((step) => step !== 'cancelled');
  return steps.slice(steps.indexOf(status) + 1);
}

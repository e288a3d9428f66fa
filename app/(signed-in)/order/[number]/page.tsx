/** The page of one order: lines, history, and cancellation while possible. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { database } from '../../../../lib/db/client.ts';
import { formatMoney } from '../../../../lib/orders/money.ts';
import { canCancel } from '../../../../lib/orders/order-status.ts';
import { findOrder } from '../../../../lib/orders/orders.ts';
import { Instant } from '../../../_components/instant.tsx';
import { OrderStatusLabel } from '../../../_components/order-status.tsx';
import { markOutage } from '../../../_server/mark-outage.ts';
import { requirePrincipal } from '../../../_server/principal.ts';
import { BackToOrders } from '../back-to-orders.tsx';
import { CancelOrder } from './cancel-order.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderTimeline } from './order-timeline.tsx';

interface OrderPageProps {
  params: Promise<{ number: string }>;
}

/** The number from the address; whether such an order exists only the page knows. */
export async function generateMetadata({ params }: OrderPageProps): Promise<Metadata> {
  return { title: (await params).number };
}

export default async function OrderPage({ params }: OrderPageProps) {
  const { number } = await params;
  const { userId } = await requirePrincipal(`/order/${number}`);
  const order = await markOutage(findOrder(database(), userId, number));
  if (!order) notFound();
  const now = new Date().toISOString();

  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-col gap-3">
        <BackToOrders userId={userId} />
        <div className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
          <h1 translate="no">{order.number}</h1>
          <p className="text-20">
            <OrderStatusLabel status={order.status} />
          </p>
        </div>
        <p className="text-muted">
          Placed <Instant at={order.placed_at} now={now} />
        </p>
      </div>

      <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="flex min-w-0 flex-col gap-8">
          <OrderLines order={order} />
          {order.note && (
            <section aria-labelledby="note" className="flex flex-col gap-2">
              <h2 id="note">Note</h2>
              <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">{order.note}</p>
            </section>
          )}
        </div>
        <aside className="flex flex-col gap-6">
          <OrderTimeline order={order} now={now} />
          {canCancel(order.status) && (
            <>
              <CancelOrder
                number={order.number}
                total={formatMoney(order.total_minor_units, order.currency)}
                isPaid={order.status === 'paid'}
              />
              <p className="hidden text-muted noscript:block">
                Cancelling an order needs JavaScript, which is off in this browser.
              </p>
            </>
          )}
        </aside>
      </div>
    </div>
  );
}

/** The new-order page. */
import type { Metadata } from 'next';
import { database } from '../../../../lib/db/client.ts';
import { listProducts } from '../../../../lib/orders/orders.ts';
import { markOutage } from '../../../_server/mark-outage.ts';
import { requirePrincipal } from '../../../_server/principal.ts';
import { BackToOrders } from '../back-to-orders.tsx';
import { NewOrderForm } from './new-order-form.tsx';

export const metadata: Metadata = { title: 'New order' };

export default async function NewOrderPage() {
  const { userId } = await requirePrincipal('/order/new');
  const products = await markOutage(listProducts(database()));
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-col gap-3">
        <BackToOrders userId={userId} />
        <h1>New order</h1>
      </div>
      <noscript>
        <p className="rounded-md bg-sunk px-4 py-2.5">Putting an order together needs JavaScript, which is off here.</p>
      </noscript>
      {products.length > 0 ? (
        <NewOrderForm key={userId} userId={userId} products={products} />
      ) : (
        <p className="text-muted">There is nothing to order at present.</p>
      )}
    </div>
  );
}

'use client';
/** Puts an order together, keeps it as a draft, and places it once. */
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import type { Product } from '../../../lib/contract/order.ts';
import { formatMoney } from '../../../lib/orders/money.ts';
import { BusyButton } from '../../_components/busy-button.tsx';
import { flash } from '../../_components/flash.ts';
import { basketTotal, LINES_MAX, NOTE_MAX_CHARS, orderBody, withQuantity } from './basket.ts';
import { placeOrder } from './place-order.ts';
import { ProductList } from './product-list.tsx';
import { useDraft } from './use-draft.ts';

interface NewOrderFormProps {
  userId: number;
  products: Product[];
}

export function NewOrderForm({ userId, products }: NewOrderFormProps) {
  const router = useRouter();
  const { draft, change, renewKey, discard } = useDraft(userId, products);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const sending = useRef(false);
  const total = basketTotal(draft.quantities, products);

  async function place(event: FormEvent) {
    event.preventDefault();
    // State is one render late for the second click of a double click.
    if (sending.current) return;
    const body = orderBody(draft.quantities, products, draft.note);
    const fault = faultOf(body.lines.length);
    setProblem(fault);
    if (fault) return;
    sending.current = true;
    setIsSending(true);
    const placed = await placeOrder(body, draft.key, products);
    if (placed.outcome === 'placed') {
      discard();
      const page = `/order/${placed.number}`;
      flash.show(`${placed.number} is placed.`, { path: page });
      router.replace(page);
      return;
    }
    sending.current = false;
    setIsSending(false);
    if (placed.outcome === 'placed_before') renewKey();
    setProblem(placed.outcome === 'placed_before' ? PLACED_BEFORE : placed.problem);
  }

  return (
    <form onSubmit={place} className="needs-script grid items-start gap-8 lg:grid-cols-[1fr_18rem]">
      <ProductList
        products={products}
        quantities={draft.quantities}
        currency={total.currency}
        onChange={(sku, quantity) => change({ quantities: withQuantity(draft.quantities, sku, quantity) })}
      />
      <div className="contents lg:sticky lg:top-22 lg:flex lg:flex-col lg:gap-5">
        <div className="flex flex-col gap-1.5">
          <label htmlFor="note" className="font-medium">
            Note <span className="font-normal text-muted">(if you like)</span>
          </label>
          <textarea
            id="note"
            rows={3}
            maxLength={NOTE_MAX_CHARS}
            value={draft.note}
            onChange={(event) => change({ note: event.target.value })}
            className="field resize-y"
          />
        </div>
        <div className="order-total flex flex-col gap-3">
          <div className="flex items-baseline justify-between gap-4">
            <span className="text-muted">
              Total, {total.pieces} {total.pieces === 1 ? 'piece' : 'pieces'}
            </span>
            <output className="text-20 font-semibold" aria-label="Total">
              {total.currency ? formatMoney(total.minorUnits, total.currency) : '—'}
            </output>
          </div>
          <p role="alert" className="text-danger empty:hidden">
            {problem}
          </p>
          <BusyButton busy={isSending} busyLabel="Placing the order" className="button-primary min-h-11">
            Place order
          </BusyButton>
        </div>
      </div>
    </form>
  );
}

const PLACED_BEFORE =
  'This order was already placed, as it was before your last changes: see Orders. Place it again only if you want a second one.';

function faultOf(lines: number): string | null {
  if (lines === 0) return 'Choose at least one product first.';
  return lines > LINES_MAX ? `An order has at most ${LINES_MAX} different products.` : null;
}

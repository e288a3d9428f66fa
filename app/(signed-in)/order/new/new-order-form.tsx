'use client';
/** The new-order form: keeps a draft, shows a review, places the order once. */
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { ORDER_LINES_MAX, ORDER_NOTE_MAX_CHARS, ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';
import type { Product } from '../../../../lib/contract/order.ts';
import { formatMoney } from '../../../../lib/orders/money.ts';
import { flash } from '../../../_components/flash.ts';
import { basketLines, basketTotal, orderBody, withQuantity } from './basket.ts';
import type { Draft } from './draft.ts';
import { placeOrder } from './place-order.ts';
import { ProductList } from './product-list.tsx';
import { ReviewOrder, totalWords } from './review-order.tsx';
import { useDraft } from './use-draft.ts';

interface NewOrderFormProps {
  userId: number;
  products: Product[];
}

export function NewOrderForm({ userId, products }: NewOrderFormProps) {
  const router = useRouter();
  const { draft, change, replaceKey, discard } = useDraft(userId, products);
  const [isReviewing, setIsReviewing] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const sending = useRef(false);
  const lines = basketLines(draft.quantities, products);
  const total = basketTotal(draft.quantities, products);

  /** A change may fix the problem. */
  function edit(changed: Partial<Pick<Draft, 'quantities' | 'note'>>) {
    setProblem(null);
    change(changed);
  }

  function review() {
    const unread = form.current?.querySelector<HTMLElement>('[aria-invalid]');
    unread?.focus();
    const fault = unread ? UNREAD : faultOf(lines.length);
    setProblem(fault);
    setIsReviewing(!fault);
  }

  async function place() {
    // State is one render late for the second click of a double click.
    if (sending.current) return;
    sending.current = true;
    setIsSending(true);
    setProblem(null);
    const placed = await placeOrder(orderBody(draft.quantities, products, draft.note), draft.key, products);
    if (placed.outcome === 'placed') {
      discard();
      const page = `/order/${placed.number}`;
      flash.show(`${placed.number} is placed.`, { path: page });
      router.replace(page);
      return;
    }
    sending.current = false;
    setIsSending(false);
    if (placed.outcome === 'placed_before') replaceKey();
    setProblem(placed.outcome === 'placed_before' ? PLACED_BEFORE : placed.problem);
  }

  /** Ignored while the order is being placed. */
  function back() {
    if (!sending.current) setIsReviewing(false);
  }

  return (
    <>
      {/* Enter in a field commits that field and sends nothing. */}
      <form
        ref={form}
        onSubmit={(event) => event.preventDefault()}
        className="noscript:hidden grid items-start gap-8 lg:grid-cols-[1fr_18rem]"
      >
        <ProductList
          products={products}
          quantities={draft.quantities}
          currency={total.currency}
          onChange={(sku, quantity) => edit({ quantities: withQuantity(draft.quantities, sku, quantity) })}
        />
        <div className="contents lg:sticky lg:top-22 lg:flex lg:flex-col lg:gap-5">
          <div className="flex flex-col gap-1.5">
            <label htmlFor="note" className="font-medium">
              Note <span className="font-normal text-muted">(if you like)</span>
            </label>
            <textarea
              id="note"
              rows={3}
              maxLength={ORDER_NOTE_MAX_CHARS}
              value={draft.note}
              onChange={(event) => edit({ note: event.target.value })}
              className="field resize-y"
            />
          </div>
          <div className="order-total flex flex-col gap-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="text-muted">{totalWords(total.pieces)}</span>
              <output translate="no" className="text-20 font-semibold" aria-label="Total">
                {total.currency ? formatMoney(total.minorUnits, total.currency) : '—'}
              </output>
            </div>
            <p role="alert" className="text-danger empty:hidden">
              {isReviewing ? '' : problem}
            </p>
            <button type="button" className="button button-primary min-h-11" onClick={review}>
              Review order
            </button>
          </div>
        </div>
      </form>
      {isReviewing && (
        <ReviewOrder
          lines={lines}
          total={total}
          note={draft.note.trim()}
          isSending={isSending}
          problem={problem}
          onPlace={place}
          onBack={back}
        />
      )}
    </>
  );
}

const UNREAD = `One quantity is not a whole number from 0 to ${ORDER_QUANTITY_MAX}. It is marked; correct it first.`;
const PLACED_BEFORE =
  'This order was already placed, as it was before your last changes: see Orders. Place it again only if you want a second one.';

function faultOf(lines: number): string | null {
  if (lines === 0) return 'Choose at least one product first.';
  return lines > ORDER_LINES_MAX ? `An order has at most ${ORDER_LINES_MAX} different products.` : null;
}

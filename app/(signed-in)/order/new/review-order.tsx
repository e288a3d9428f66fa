'use client';
/** The review dialog before an order is placed. */
import type { MouseEvent } from 'react';
import { formatMoney } from '../../../../lib/orders/money.ts';
import { BusyButton } from '../../../_components/busy-button.tsx';
import { DialogActions, Modal } from '../../../_components/modal.tsx';
import type { BasketLine, BasketTotal } from './basket.ts';

interface ReviewOrderProps {
  lines: readonly BasketLine[];
  total: BasketTotal;
  note: string;
  isSending: boolean;
  problem: string | null;
  onPlace: () => void;
  onBack: () => void;
}

export function ReviewOrder({ lines, total, note, isSending, problem, onPlace, onBack }: ReviewOrderProps) {
  /** The second click of a double click on the page's button is meant for that button. */
  function place(event: MouseEvent) {
    if (event.detail <= 1) onPlace();
  }

  return (
    <Modal title="Is this your order?" text="Nothing is ordered until you place it." isTitleFirst onDismiss={onBack}>
      <ul className="mt-4 divide-y divide-line border-y border-line">
        {lines.map(({ product: { sku, name, currency, unit_price_minor_units: price }, quantity }) => (
          <li key={sku} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
            <span translate="no" className="min-w-0 font-medium wrap-anywhere">
              {name}
            </span>
            <span translate="no" className="ml-auto whitespace-nowrap">
              <span className="mr-3 text-muted">{`${quantity} × ${formatMoney(price, currency)}`}</span>
              {formatMoney(quantity * price, currency)}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-3 flex items-baseline justify-between gap-4">
        <span className="text-muted">{totalWords(total.pieces)}</span>
        <span translate="no" className="text-20 font-semibold">
          {total.currency && formatMoney(total.minorUnits, total.currency)}
        </span>
      </p>
      {note && (
        <div className="mt-3">
          <h3 className="text-muted">Note</h3>
          <p translate="no" className="whitespace-pre-wrap wrap-anywhere">
            {note}
          </p>
        </div>
      )}
      <p role="alert" className="mt-3 text-danger empty:hidden">
        {problem}
      </p>
      <div className="mt-6">
        <DialogActions busy={isSending} keepLabel="Back to the list" onKeep={onBack}>
          <BusyButton
            type="button"
            busy={isSending}
            busyLabel="Placing the order"
            onClick={place}
            className="button-primary"
          >
            Place order
          </BusyButton>
        </DialogActions>
      </div>
    </Modal>
  );
}

/** One string, because translators update only whole text nodes. */
export function totalWords(pieces: number): string {
  return `Total, ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}`;
}

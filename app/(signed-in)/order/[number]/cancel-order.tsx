'use client';
/** Cancel an order after a confirmation, and update the page without a reload. */
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { session } from '../../../../lib/client/session/session.ts';
import type { ErrorBody } from '../../../../lib/contract/error.ts';
import type { Order } from '../../../../lib/contract/order.ts';
import { BusyButton } from '../../../_components/busy-button.tsx';
import { flash } from '../../../_components/flash.ts';
import { DialogActions, Modal } from '../../../_components/modal.tsx';
import { moveFocus } from '../../../_components/move-focus.ts';
import { sendUntilAnswered } from '../send-until-answered.ts';

interface CancelOrderProps {
  number: string;
  /** Formatted for display. */
  total: string;
  isPaid: boolean;
}

export function CancelOrder({ number, total, isPaid }: CancelOrderProps) {
  const router = useRouter();
  const [isAsking, setIsAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  function ask() {
    flash.clear();
    setProblem(null);
    setIsAsking(true);
  }

  async function cancel() {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const outcome = await sendUntilAnswered(() => requestCancel(number));
    setBusy(false);
    if (!outcome || outcome === 'refused') {
      setProblem(outcome ? REFUSED : UNANSWERED);
      return;
    }
    if (outcome === 'cancelled') flash.show(`${number} is cancelled.`);
    else flash.show(TOO_LATE, { kind: 'problem' });
    router.refresh();
    moveFocus('history', () => setIsAsking(false));
  }

  /** Ignored while the order is being cancelled. */
  function keep() {
    if (!busy) setIsAsking(false);
  }

  const afterwards = isPaid ? 'you paid will be returned' : 'will not be charged';
  return (
    <div className="noscript:hidden">
      <button type="button" className="button button-danger" onClick={ask}>
        Cancel order
      </button>
      {isAsking && (
        <Modal
          title={`Cancel ${number}?`}
          text={`Nothing will be shipped, and the ${total} ${afterwards}. A cancelled order cannot be taken up again.`}
          onDismiss={keep}
        >
          <p role="alert" className="mt-3 text-danger empty:hidden">
            {problem}
          </p>
          <div className="mt-6">
            <DialogActions busy={busy} keepLabel="Keep order" onKeep={keep} isKeepFirst>
              <BusyButton type="button" busy={busy} busyLabel="Cancelling" onClick={cancel} className="button-danger">
                Cancel order
              </BusyButton>
            </DialogActions>
          </div>
        </Modal>
      )}
    </div>
  );
}

const REFUSED = 'The order could not be cancelled just now. It is unchanged; try again.';
const UNANSWERED = 'We could not be reached, so the order may be cancelled or not. Try again; that does no harm.';
const TOO_LATE = 'It was too late to cancel: the order has gone on meanwhile.';

type Cancelled = 'cancelled' | 'too_late' | 'refused';

/** Return null for a response that is not from our server. */
async function requestCancel(number: string): Promise<Cancelled | null> {
  const response = await session.fetch(`/api/order/${number}/cancel`, { method: 'POST' });
  if (response.status >= 500) return null;
  if (response.ok) return 'cancelled';
  // Our own API, which checks what it sends.
  const { error } = (await response.json()) as ErrorBody;
  if (error !== 'order_not_cancellable') return 'refused';
  // An earlier request may have cancelled it, and its answer was lost.
  const order = await session.fetch(`/api/order/${number}`);
  if (!order.ok) return null;
  const { status } = (await order.json()) as Order;
  return status === 'cancelled' ? 'cancelled' : 'too_late';
}

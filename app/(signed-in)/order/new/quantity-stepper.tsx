'use client';
/** The quantity of one product: two buttons around a field, and a message for invalid input. */
import { type KeyboardEvent, useId, useState } from 'react';
import { ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';
import { Icon } from '../../../_components/icons.tsx';
import { readQuantity } from './read-quantity.ts';

interface QuantityStepperProps {
  name: string;
  quantity: number;
  onChange: (quantity: number) => void;
}

/** As spin buttons do everywhere (WAI-ARIA APG, "Spinbutton"). */
const STEPS: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

export function QuantityStepper({ name, quantity, onChange }: QuantityStepperProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const problemId = useId();
  const isUnread = typed !== null && readQuantity(typed) === null;
  const shown = typed ?? String(quantity);

  function type(text: string) {
    setTyped(text);
    const read = readQuantity(text);
    if (read !== null) onChange(read);
  }

  /** Show the parsed number; invalid text stays with its message. */
  function commit() {
    if (!isUnread) setTyped(null);
  }

  function step(by: number) {
    setTyped(null);
    onChange(Math.min(ORDER_QUANTITY_MAX, Math.max(0, quantity + by)));
  }

  function onKeyDown(event: KeyboardEvent) {
    const by = STEPS[event.key];
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (by === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (by === undefined) commit();
    else step(by);
  }

  const button = (word: string, by: 1 | -1, isAtEnd: boolean) => (
    <button
      type="button"
      aria-label={`${word}: ${name}`}
      aria-disabled={isAtEnd || undefined}
      onClick={() => isAtEnd || step(by)}
      className="tap grid size-9 place-items-center rounded-md text-muted hover:bg-sunk hover:text-ink aria-disabled:opacity-50"
    >
      <Icon name={by > 0 ? 'plus' : 'minus'} />
    </button>
  );

  return (
    <div className="flex max-w-36 shrink-0 flex-col items-end gap-1">
      <div className="flex items-center rounded-md border border-line print:border-none">
        {button('Fewer', -1, quantity <= 0)}
        <input
          type="text"
          role="spinbutton"
          inputMode="numeric"
          enterKeyHint="done"
          autoComplete="off"
          aria-label={`Quantity: ${name}`}
          aria-valuemin={0}
          aria-valuemax={ORDER_QUANTITY_MAX}
          aria-valuenow={quantity}
          aria-valuetext={shown}
          aria-invalid={isUnread || undefined}
          aria-describedby={isUnread ? problemId : undefined}
          value={shown}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={commit}
          onFocus={(event) => event.target.select()}
          className={`tap h-9 w-11 bg-transparent text-center text-16 ${quantity === 0 ? 'text-muted' : 'font-medium'}`}
        />
        {button('More', 1, quantity >= ORDER_QUANTITY_MAX)}
      </div>
      {isUnread && (
        <p id={problemId} role="alert" className="text-right text-13 text-balance text-danger">
          {QUANTITY_PROBLEM}
        </p>
      )}
    </div>
  );
}

const QUANTITY_PROBLEM = `Write a whole number from 0 to ${ORDER_QUANTITY_MAX}.`;

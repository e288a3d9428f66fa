'use client';
/** How many of one product: two buttons with the number between them. */
import { MinusIcon, PlusIcon } from '../../_components/icons.tsx';
import { QUANTITY_MAX } from './basket.ts';

interface QuantityStepperProps {
  name: string;
  quantity: number;
  onChange: (quantity: number) => void;
}

const BUTTON =
  'tap grid size-9 place-items-center rounded-md text-muted hover:bg-sunk hover:text-ink aria-disabled:opacity-50';

export function QuantityStepper({ name, quantity, onChange }: QuantityStepperProps) {
  const isLeast = quantity <= 0;
  const isMost = quantity >= QUANTITY_MAX;
  return (
    <div className="flex items-center rounded-md border border-line">
      <button
        type="button"
        aria-label={`Fewer: ${name}`}
        aria-disabled={isLeast || undefined}
        onClick={() => isLeast || onChange(quantity - 1)}
        className={BUTTON}
      >
        <MinusIcon />
      </button>
      <input
        type="text"
        inputMode="numeric"
        autoComplete="off"
        aria-label={`Quantity: ${name}`}
        value={quantity}
        onChange={(event) => onChange(Number(event.target.value))}
        onFocus={(event) => event.target.select()}
        className={`tap h-9 w-11 bg-transparent text-center text-16 ${quantity === 0 ? 'text-muted' : 'font-medium'}`}
      />
      <button
        type="button"
        aria-label={`More: ${name}`}
        aria-disabled={isMost || undefined}
        onClick={() => isMost || onChange(quantity + 1)}
        className={BUTTON}
      >
        <PlusIcon />
      </button>
    </div>
  );
}

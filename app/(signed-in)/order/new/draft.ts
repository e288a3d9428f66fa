/** The draft of an order as stored in the browser. */
import { ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';
import type { Product } from '../../../../lib/contract/order.ts';
import { orderable, type Quantities } from './basket.ts';

export interface Draft {
  quantities: Quantities;
  note: string;
  /** Sent as `Idempotency-Key`: one key per draft, so that placing it twice makes one order. */
  key: string;
}

/** The draft of a page that is drawn, or drawn once more: what it holds already, else what was kept, else an empty one with a key of its own. */
export function openDraft(current: Draft, kept: unknown, products: readonly Product[]): Draft {
  const draft = current.key ? current : parseDraft(kept);
  return draft
    ? { ...draft, quantities: orderable(draft.quantities, products) }
    : { ...current, key: crypto.randomUUID() };
}

/** Null for anything that is not a draft as this version of the page writes it. */
export function parseDraft(kept: unknown): Draft | null {
  if (!isRecord(kept)) return null;
  const { quantities, note, key } = kept;
  if (!isRecord(quantities) || typeof note !== 'string' || typeof key !== 'string' || key === '') return null;
  const possible = Object.entries(quantities).filter((entry): entry is [string, number] => isQuantity(entry[1]));
  return { quantities: Object.fromEntries(possible), note, key };
}

function isQuantity(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= ORDER_QUANTITY_MAX;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

'use client';
/** The draft of a new order as React state, kept in the browser from the first change until it is placed. */
import { useEffect, useState } from 'react';
import { readDraft, removeDraft, saveDraft } from '../../../../lib/client/drafts/draft.ts';
import type { Product } from '../../../../lib/contract/order.ts';
import { orderable } from './basket.ts';
import { type Draft, parseDraft } from './draft.ts';

/** What the server draws, too: it knows no draft, and a key is made in the browser. */
const EMPTY: Draft = { quantities: {}, note: '', key: '' };

export function useDraft(userId: number, products: Product[]) {
  const [draft, setDraft] = useState(EMPTY);

  useEffect(() => {
    const kept = parseDraft(readDraft(userId));
    setDraft(kept ? { ...kept, quantities: orderable(kept.quantities, products) } : { ...EMPTY, key: newKey() });
  }, [userId, products]);

  function save(next: Draft): void {
    setDraft(next);
    saveDraft(userId, next);
  }

  return {
    draft,
    change: (change: Partial<Pick<Draft, 'quantities' | 'note'>>) => save({ ...draft, ...change }),
    /** From here on placing it makes another order. */
    renewKey: () => save({ ...draft, key: newKey() }),
    discard: () => removeDraft(userId),
  };
}

const newKey = () => crypto.randomUUID();

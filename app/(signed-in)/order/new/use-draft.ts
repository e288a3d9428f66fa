'use client';
/** The draft of a new order as React state, stored in the browser from the first change until it is placed. */
import { useEffect, useState } from 'react';
import { readDraft, removeDraft, saveDraft } from '../../../../lib/client/drafts/draft.ts';
import type { Product } from '../../../../lib/contract/order.ts';
import { type Draft, openDraft, parseDraft } from './draft.ts';

/** Also rendered on the server, which knows no draft and makes no key. */
const EMPTY: Draft = { quantities: {}, note: '', key: '' };

export function useDraft(userId: number, products: Product[]) {
  const [draft, setDraft] = useState(EMPTY);

  useEffect(() => {
    setDraft((current) => openDraft(current, readDraft(userId), products));
  }, [userId, products]);

  function save(next: Draft): void {
    setDraft(next);
    saveDraft(userId, next);
  }

  return {
    draft,
    change: (change: Partial<Pick<Draft, 'quantities' | 'note'>>) => save({ ...draft, ...change }),
    /** Start a new order: the next placing is not a repeat. */
    replaceKey: () => save({ ...draft, key: crypto.randomUUID() }),
    /** Another tab may have kept a draft of its own since. */
    discard: () => parseDraft(readDraft(userId))?.key === draft.key && removeDraft(userId),
  };
}

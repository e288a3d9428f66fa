'use client';
/** Marks that the link around it is being followed; the stylesheet answers when that takes long. */
import { useLinkStatus } from 'next/link';

/** `list` means that the list itself is about to change, so its rows become skeletons. */
export function LinkPending({ kind = 'page' }: { kind?: 'page' | 'list' }) {
  const { pending } = useLinkStatus();
  return <span hidden data-pending={pending ? kind : undefined} />;
}

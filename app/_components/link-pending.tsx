'use client';
/** Mark a link whose navigation is pending; the stylesheet shows it after a delay. */
import { useLinkStatus } from 'next/link';

/** `list` means that the list itself is about to change, so its rows become skeletons. */
export function LinkPending({ kind = 'page' }: { kind?: 'page' | 'list' }) {
  const { pending } = useLinkStatus();
  return <span hidden data-pending={pending ? kind : undefined} />;
}

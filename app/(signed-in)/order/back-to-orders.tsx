'use client';
/** A link back to the list as it was left in this tab; without a script, or in a new tab, to the plain list. */
import Link from 'next/link';
import { useSyncExternalStore } from 'react';
import { readListPlace } from '../../../lib/client/drafts/list-place.ts';
import { Icon } from '../../_components/icons.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { startReturn } from './list-return.ts';

const never = () => () => {};

export function BackToOrders({ userId }: { userId: number }) {
  const href = useSyncExternalStore(
    never,
    () => readListPlace(userId)?.path ?? '/order',
    () => '/order',
  );
  return (
    <Link
      href={href}
      prefetch={false}
      onNavigate={startReturn}
      scroll={false}
      className="back-link tap print:hidden -ml-1 inline-flex items-center gap-1 self-start rounded-sm text-muted hover:text-ink"
    >
      <Icon name="back" />
      Orders
      <LinkPending />
    </Link>
  );
}

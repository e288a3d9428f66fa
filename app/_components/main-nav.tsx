'use client';
/** The sections of the header, with the current one marked. */
import Link from 'next/link';
import { useSelectedLayoutSegment } from 'next/navigation';
import { LinkPending } from './link-pending.tsx';

const SECTIONS = [
  { segment: 'order', label: 'Orders' },
  { segment: 'account', label: 'Account' },
];

export function MainNav() {
  const current = useSelectedLayoutSegment();
  return (
    <nav aria-label="Main" className="flex">
      {SECTIONS.map(({ segment, label }) => (
        <Link
          prefetch={false}
          key={segment}
          href={`/${segment}`}
          aria-current={segment === current ? 'page' : undefined}
          className="tap inline-flex h-9 items-center justify-center rounded-md px-2 text-muted hover:text-ink aria-[current]:font-medium aria-[current]:text-ink md:px-3"
        >
          {label}
          <LinkPending />
        </Link>
      ))}
    </nav>
  );
}

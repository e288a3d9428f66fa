/** The header of every signed-in page: navigation, user name, sign-out. */
import Link from 'next/link';
import { Brand } from './brand.tsx';
import { LinkPending } from './link-pending.tsx';
import { SignOutForm } from './sign-out-form.tsx';

export type Section = 'orders' | 'account';

const SECTIONS: { section: Section; href: string; label: string }[] = [
  { section: 'orders', href: '/order', label: 'Orders' },
  { section: 'account', href: '/account', label: 'Account' },
];

export function AppHeader({ userName, current }: { userName: string; current: Section | undefined }) {
  return (
    <header className="app-header border-b border-line bg-desk">
      <a href="#main" className="skip-link button">
        Skip to the page
      </a>
      <div className="mx-auto flex min-h-14 max-w-5xl flex-wrap items-center gap-x-1 px-4 md:flex-nowrap md:gap-x-2 md:px-6">
        <Link href="/order" className="tap -ml-1 inline-flex shrink-0 items-center rounded-md px-1 md:mr-4">
          <Brand isShort />
        </Link>
        <nav aria-label="Main" className="flex">
          {SECTIONS.map(({ section, href, label }) => (
            <Link
              key={section}
              href={href}
              aria-current={section === current ? 'page' : undefined}
              className="tap inline-flex h-9 items-center justify-center rounded-md px-2 text-muted hover:text-ink aria-[current]:font-medium aria-[current]:text-ink md:px-3"
            >
              {label}
              <LinkPending />
            </Link>
          ))}
        </nav>
        <span className="ml-auto min-w-0 truncate text-muted max-md:sr-only" title={userName}>
          <span className="sr-only">Signed in as </span>
          <span translate="no">{userName}</span>
        </span>
        <SignOutForm isQuiet className="-mr-3 max-md:ml-auto" />
      </div>
    </header>
  );
}

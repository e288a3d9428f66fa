/** The header of every signed-in page: navigation, user name, sign-out. */
import Link from 'next/link';
import { Brand } from './brand.tsx';
import { MainNav } from './main-nav.tsx';
import { SignOutForm } from './sign-out-form.tsx';

export function AppHeader({ userName }: { userName: string }) {
  return (
    <header className="app-header border-b border-line bg-desk">
      <a href="#main" className="skip-link button">
        Skip to the page
      </a>
      <div className="mx-auto flex min-h-14 max-w-5xl flex-wrap items-center gap-x-1 px-4 md:flex-nowrap md:gap-x-2 md:px-6">
        <Link
          href="/order"
          prefetch={false}
          className="tap -ml-1 inline-flex shrink-0 items-center rounded-md px-1 md:mr-4"
        >
          <Brand isShort />
        </Link>
        <MainNav />
        <span className="ml-auto min-w-0 truncate text-muted max-md:sr-only" title={userName}>
          <span className="sr-only">Signed in as </span>
          <span translate="no">{userName}</span>
        </span>
        <SignOutForm isQuiet className="-mr-3 max-md:ml-auto" />
      </div>
    </header>
  );
}

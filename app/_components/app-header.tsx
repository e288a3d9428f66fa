/** The header of every signed-in page: navigation, user name, sign-out. */
import Link from 'next/link';
import { Brand } from './brand.tsx';
import { MainNav } from './main-nav.tsx';
import { SignOutForm } from './sign-out-form.tsx';

export function AppHeader({ userName }: { userName: string }) {
  return (
    <header className="border-b border-line bg-desk tall:sticky tall:top-0 tall:z-20 print:hidden">
      <a href="#main" className="button absolute top-2 left-2 z-30 not-focus:-translate-y-[200%]">
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
        <SignOutForm />
      </div>
    </header>
  );
}

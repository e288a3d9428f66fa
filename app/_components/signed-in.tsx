/** The frame of a signed-in page: header, notices, sign-in dialog, and the start of the session in the browser. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { proofNonce } from '../../lib/auth/binding/proof-nonce.ts';
import { getUser } from '../../lib/auth/passwords/users.ts';
import { database } from '../../lib/db/client.ts';
import { lastDatabaseTime } from '../../lib/db/clock.ts';
import { markOutage } from '../_server/mark-outage.ts';
import { findPrincipal } from '../_server/principal.ts';
import { Brand } from './brand.tsx';
import { FlashMessage } from './flash-message.tsx';
import { MainNav } from './main-nav.tsx';
import { NoticeLine } from './notice-line.tsx';
import { SessionStarter } from './session-starter.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import { SignOutForm } from './sign-out-form.tsx';

/** Guards nothing: each page requires its own principal. Without one, only the page is drawn. */
export async function SignedIn({ children }: { children: ReactNode }) {
  const principal = await findPrincipal();
  if (!principal) return children;
  const user = await markOutage(getUser(database(), principal.userId));
  const now = lastDatabaseTime();
  const expiresInSeconds = Math.max(0, Math.floor((principal.expiresAt.getTime() - now.getTime()) / 1_000));
  return (
    <>
      <SessionStarter
        user={{ id: user.id, name: user.name }}
        expiresInSeconds={expiresInSeconds}
        proofNonce={proofNonce(now)}
      />
      <NoticeLine />
      <AppHeader userName={user.name} />
      <main id="main" tabIndex={-1} className="mx-auto max-w-5xl px-4 pb-24 pt-6 outline-none md:px-6 md:pt-10">
        <FlashMessage />
        {children}
      </main>
      <SignInDialog userName={user.name} />
    </>
  );
}

function AppHeader({ userName }: { userName: string }) {
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

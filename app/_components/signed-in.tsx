/** The frame of a signed-in page: header, notices, sign-in dialog, and the start of the session in the browser. */
import type { ReactNode } from 'react';
import { proofNonce } from '../../lib/auth/binding/proof-nonce.ts';
import { getUser } from '../../lib/auth/passwords/users.ts';
import { database } from '../../lib/db/client.ts';
import { lastDatabaseTime } from '../../lib/db/clock.ts';
import { pageData } from '../_server/page-data.ts';
import { findPrincipal } from '../_server/principal.ts';
import { AppHeader } from './app-header.tsx';
import { FlashMessage } from './flash-message.tsx';
import { NoticeLine } from './notice-line.tsx';
import { SessionStarter } from './session-starter.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';

/** Guards nothing: each page requires its own principal. Without one, only the page is drawn. */
export async function SignedIn({ children }: { children: ReactNode }) {
  const principal = await findPrincipal();
  if (!principal) return children;
  const user = await pageData(getUser(database(), principal.userId));
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

/** What an address leads to when nothing is there; in the frame of every other page for somebody who is signed in. */
import type { Metadata } from 'next';
import { Message, MessagePage } from './_components/message-page.tsx';
import { SignedIn } from './_components/signed-in.tsx';
import { findPrincipal } from './_server/principal.ts';

export const metadata: Metadata = { title: 'Nothing here' };

export default async function NotFound() {
  const message = {
    title: 'There is nothing at this address',
    children: 'The link may be old, or a letter is missing from it.',
    actions: (
      <a href="/order" className="button button-primary">
        Go to your orders
      </a>
    ),
  };
  // While nobody can say who is asking, the answer is the same.
  const principal = await findPrincipal().catch(() => null);
  if (!principal) return <MessagePage {...message} />;
  return (
    <SignedIn>
      <Message {...message} />
    </SignedIn>
  );
}

/** What an address leads to when nothing is there. */
import type { Metadata } from 'next';
import { MessagePage } from './_components/message-page.tsx';

export const metadata: Metadata = { title: 'Nothing here' };

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing at this address"
      actions={
        <a href="/order" className="button button-primary">
          Go to your orders
        </a>
      }
    >
      The link may be old, or a letter is missing from it.
    </MessagePage>
  );
}

'use client';
/** What stands in for a page that could not be made. */
import { MessagePage } from './_components/message-page.tsx';

export default function PageError({ retry }: { retry: () => void }) {
  return (
    <MessagePage
      title="This page could not be loaded"
      actions={
        <>
          <button type="button" className="button button-primary" onClick={retry}>
            Try again
          </button>
          <a href="/order" className="button">
            Go to your orders
          </a>
        </>
      }
    >
      Something failed on our side. Nothing you placed or wrote is lost.
    </MessagePage>
  );
}

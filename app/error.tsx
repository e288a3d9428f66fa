'use client';
/** The page shown when rendering a page failed. */
import { useEffect, useState } from 'react';
import { reloadAfter } from '../lib/client/resilience/lost-script.ts';
import { AWAY_DIGEST } from '../lib/contract/database-away.ts';
import { FailedPage, MessagePage } from './_components/message-page.tsx';

export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const [isComing, setIsComing] = useState(error.digest === AWAY_DIGEST);
  useEffect(() => setIsComing(reloadAfter(error)), [error]);

  if (isComing) {
    return (
      <MessagePage title="Reconnecting…" actions={null}>
        The server cannot be reached for a moment. Nothing you placed or wrote is lost, and you are still signed in.
        This page tries again by itself.
      </MessagePage>
    );
  }
  const toOrders = (
    <a href="/order" className="button">
      Go to your orders
    </a>
  );
  return <FailedPage retry={retry} actions={toOrders} />;
}

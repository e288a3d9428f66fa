'use client';
/** The document shown when the root layout failed. */
import './globals.css';
import { MessagePage } from './_components/message-page.tsx';

export default function GlobalError({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body className="font-sans">
        <title>This page could not be loaded · Tandem</title>
        <MessagePage
          title="This page could not be loaded"
          actions={
            <button type="button" className="button button-primary" onClick={retry}>
              Try again
            </button>
          }
        >
          Something failed on our side. Nothing you placed or wrote is lost.
        </MessagePage>
      </body>
    </html>
  );
}

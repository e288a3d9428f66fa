'use client';
/** The document shown when the root layout failed. */
import './globals.css';
import { FailedPage } from './_components/message-page.tsx';

export default function GlobalError({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body className="font-sans">
        <title>This page could not be loaded · Tandem</title>
        <FailedPage retry={retry} />
      </body>
    </html>
  );
}

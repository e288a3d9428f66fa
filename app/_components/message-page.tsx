/** A page with one message: not found, failed. */
import type { ReactNode } from 'react';

interface MessageProps {
  title: string;
  children: ReactNode;
  actions: ReactNode;
}

/** Inside a page that already has its frame. */
export function Message({ title, children, actions }: MessageProps) {
  return (
    <div className="flex max-w-md flex-col gap-6 py-10">
      <div className="flex flex-col gap-2">
        <h1>{title}</h1>
        <p className="text-16 text-muted">{children}</p>
      </div>
      <div className="flex flex-wrap gap-3">{actions}</div>
    </div>
  );
}

export function MessagePage(message: MessageProps) {
  return (
    <main id="main" className="mx-auto max-w-md px-4 py-6 md:py-14">
      <Message {...message} />
    </main>
  );
}

/** Rendering failed; `actions` may offer more than another try. */
export function FailedPage({ retry, actions }: { retry: () => void; actions?: ReactNode }) {
  return (
    <MessagePage
      title="This page could not be loaded"
      actions={
        <>
          <button type="button" className="button button-primary" onClick={retry}>
            Try again
          </button>
          {actions}
        </>
      }
    >
      Something failed on our side. Nothing you placed or wrote is lost.
    </MessagePage>
  );
}

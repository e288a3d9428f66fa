/** A page that has only something to say: not found, failed. */
import type { ReactNode } from 'react';

export function MessagePage({ title, children, actions }: { title: string; children: ReactNode; actions: ReactNode }) {
  return (
    <main id="main" className="mx-auto flex max-w-md flex-col gap-6 px-4 py-16 md:py-24">
      <div className="flex flex-col gap-2">
        <h1>{title}</h1>
        <p className="text-16 text-muted">{children}</p>
      </div>
      <div className="flex flex-wrap gap-3">{actions}</div>
    </main>
  );
}

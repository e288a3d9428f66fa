'use client';
/** Sign out: a native form post; with a script, other tabs are told and this page is cleared. */
import { type FormEvent, useState } from 'react';
import { signOut } from '../../lib/client/resilience/pending-sign-out.ts';
import { SIGN_OUT_PATH } from '../../lib/contract/paths.ts';
import { BusyButton } from './busy-button.tsx';

export function SignOutForm() {
  const [busy, setBusy] = useState(false);

  function leave(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    void signOut();
  }

  return (
    <form method="post" action={SIGN_OUT_PATH} onSubmit={leave} className="-mr-3 max-md:ml-auto">
      <BusyButton
        busy={busy}
        busyLabel="Signing out"
        className="border-transparent bg-transparent text-muted hover:bg-sunk hover:text-ink"
      >
        Sign out
      </BusyButton>
    </form>
  );
}

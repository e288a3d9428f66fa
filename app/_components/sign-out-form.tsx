'use client';
/** Sign out: a native form post; with a script, other tabs are told and this page is cleared. */
import { type FormEvent, useState } from 'react';
import { signOut } from '../../lib/client/resilience/pending-sign-out.ts';
import { SIGN_OUT_PATH } from '../../lib/contract/paths.ts';
import { BusyButton } from './busy-button.tsx';

export function SignOutForm({ className = '', isQuiet = false }: { className?: string; isQuiet?: boolean }) {
  const [busy, setBusy] = useState(false);

  function leave(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    void signOut();
  }

  return (
    <form method="post" action={SIGN_OUT_PATH} onSubmit={leave} className={className}>
      <BusyButton busy={busy} busyLabel="Signing out" className={isQuiet ? 'button-quiet' : ''}>
        Sign out
      </BusyButton>
    </form>
  );
}

'use client';
/** Sign out one device or all others; asks for the password unless the sign-in is recent. */
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { BusyButton } from '../../_components/busy-button.tsx';
import { flash } from '../../_components/flash.ts';
import { DialogActions, Modal } from '../../_components/modal.tsx';
import { moveFocus } from '../../_components/move-focus.ts';
import { PasswordField } from '../../_components/password-field.tsx';
import { sendChange } from './send-change.ts';

interface EndSessionsProps {
  /** The API path to delete. */
  path: string;
  label: string;
  /** Names the device for screen readers, which hear the label alone. */
  about?: string;
  /** The title of the password dialog. */
  question: string;
  /** The flash message on success. */
  done: string;
}

export function EndSessions({ path, label, about, question, done }: EndSessionsProps) {
  const router = useRouter();
  const [isAsking, setIsAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  async function end(pwd?: string) {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    flash.clear();
    const refusal = await sendChange('DELETE', path, { pwd });
    setBusy(false);
    if (refusal?.error === 'reauthentication_required') {
      setIsAsking(true);
      if (pwd !== undefined) setProblem(refusal.message);
      passwordField.current?.select();
      return;
    }
    // Already gone counts as success.
    if (refusal && refusal.error !== 'session_not_found') {
      if (isAsking) setProblem(refusal.message);
      else flash.show(refusal.message, { kind: 'problem' });
      return;
    }
    flash.show(done);
    router.refresh();
    moveFocus('devices', () => setIsAsking(false));
  }

  function confirm(event: FormEvent) {
    event.preventDefault();
    void end(passwordField.current?.value ?? '');
  }

  /** Ignored while the request is running. */
  function keep() {
    if (!busy) setIsAsking(false);
  }

  return (
    <div className="noscript:hidden">
      <BusyButton type="button" busy={busy && !isAsking} busyLabel="Signing out" onClick={() => void end()}>
        {label}
        {about && <span className="sr-only">: {about}</span>}
      </BusyButton>
      {isAsking && (
        <Modal title={question} text="You signed in some time ago, so confirm that it is you." onDismiss={keep}>
          <form onSubmit={confirm} className="mt-4 flex flex-col gap-4">
            <PasswordField id="end-pwd" problem={problem} fieldRef={passwordField} />
            <DialogActions busy={busy} keepLabel="Keep" onKeep={keep}>
              <BusyButton busy={busy} busyLabel="Signing out" className="button-danger">
                Sign out
              </BusyButton>
            </DialogActions>
          </form>
        </Modal>
      )}
    </div>
  );
}

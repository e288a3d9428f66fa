'use client';
/** The form that changes the password. */
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { NEW_PASSWORD_MIN_CHARS } from '../../../lib/contract/limits.ts';
import { BusyButton } from '../../_components/busy-button.tsx';
import { flash } from '../../_components/flash.ts';
import { PasswordField } from '../../_components/password-field.tsx';
import { sendChange } from './send-change.ts';

interface Problems {
  current: string | null;
  new: string | null;
}

const NONE: Problems = { current: null, new: null };

export function PasswordForm({ userName }: { userName: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState(NONE);

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const fields = new FormData(form);
    setBusy(true);
    setProblems(NONE);
    flash.clear();
    const refusal = await sendChange('PUT', '/api/password', {
      current: fields.get('current'),
      new: fields.get('new'),
    });
    setBusy(false);
    if (refusal) {
      const aboutNew = refusal.issues?.find((issue) => issue.path === 'new');
      setProblems(aboutNew ? { ...NONE, new: aboutNew.message } : { ...NONE, current: refusal.message });
      return;
    }
    form.reset();
    flash.show('Your password is changed, and every other device is signed out.');
    router.refresh();
  }

  return (
    <form onSubmit={change} className="noscript:hidden flex max-w-md flex-col gap-4">
      <input type="text" name="username" value={userName} readOnly autoComplete="username" hidden />
      <PasswordField id="current" name="current" label="Current password" problem={problems.current} />
      <PasswordField
        id="new"
        name="new"
        label="New password"
        autoComplete="new-password"
        hint={`At least ${NEW_PASSWORD_MIN_CHARS} characters. A few words together are easy to keep in mind.`}
        problem={problems.new}
      />
      <BusyButton busy={busy} busyLabel="Changing" className="self-start">
        Change password
      </BusyButton>
    </form>
  );
}

'use client';
/** Sign the same user in again in place when the session ended under an open page. */
import { type FormEvent, useRef, useState } from 'react';
import { session } from '../../lib/client/session/session.ts';
import { useSession } from '../../lib/client/session/use-session.ts';
import { BusyButton } from './busy-button.tsx';
import { Modal } from './modal.tsx';
import { PasswordField } from './password-field.tsx';
import { signInProblem } from './sign-in-problem.ts';

export function SignInDialog({ userName }: { userName: string }) {
  const { status } = useSession();
  return status === 'revoked' && <SignInAgain userName={userName} />;
}

function SignInAgain({ userName }: { userName: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const pwd = passwordField.current?.value ?? '';
    const outcome = await session.signIn(userName, pwd);
    setBusy(false);
    if (outcome.user) return;
    setProblem(signInProblem(outcome, { name: userName, pwd }).sentence);
    passwordField.current?.select();
  }

  return (
    <Modal
      title="Sign in to go on — nothing is lost"
      text="Your session has ended. What you were doing goes on as soon as you are back."
      onDismiss={() => session.giveUp()}
    >
      <form onSubmit={signIn} className="mt-4 flex flex-col gap-4">
        <div className="flex flex-col gap-1.5">
          <label htmlFor="again-name" className="font-medium">
            Name
          </label>
          <input
            id="again-name"
            name="name"
            value={userName}
            readOnly
            autoComplete="username"
            className="field text-muted"
          />
        </div>
        <PasswordField id="again-pwd" problem={problem} fieldRef={passwordField} />
        <div className="flex flex-wrap gap-3">
          <BusyButton busy={busy} busyLabel="Signing in" className="button-primary">
            Sign in
          </BusyButton>
          <button type="button" className="button" onClick={() => session.giveUp()}>
            Leave this page
          </button>
        </div>
      </form>
    </Modal>
  );
}

'use client';
/** The sign-in form: an ordinary form post, and with a script a request that keeps the page and what was typed. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { session } from '../../lib/client/session.ts';
import { BusyButton } from '../_components/busy-button.tsx';
import { PasswordField } from '../_components/password-field.tsx';
import { signInProblem } from '../_components/sign-in-problem.ts';

interface LoginFormProps {
  /** A path of ours, already checked. */
  returnTo: string;
  /** What a native form post came back with. */
  problem: string | null;
  demo: { name: string; password: string } | null;
}

export function LoginForm({ returnTo, problem: firstProblem, demo }: LoginFormProps) {
  const [problem, setProblem] = useState(firstProblem);
  const [busy, setBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // A password manager may have filled in the name before this ran.
    if (nameField.current?.value && !passwordField.current?.value) passwordField.current?.focus();
  }, []);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const outcome = await session.signIn(nameField.current?.value ?? '', passwordField.current?.value ?? '');
    if (outcome.user) {
      location.assign(withFragment(returnTo));
      return;
    }
    setBusy(false);
    setProblem(signInProblem(outcome));
    passwordField.current?.select();
  }

  function fillIn() {
    if (!demo || !nameField.current || !passwordField.current) return;
    nameField.current.value = demo.name;
    passwordField.current.value = demo.password;
    passwordField.current.focus();
  }

  return (
    <form method="post" action="/api/login" onSubmit={signIn} className="flex flex-col gap-4">
      <input type="hidden" name="returnTo" value={returnTo} />
      <div className="flex flex-col gap-1.5">
        <label htmlFor="name" className="font-medium">
          Name
        </label>
        <input
          ref={nameField}
          id="name"
          name="name"
          required
          maxLength={64}
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the page is this form; there is nothing above it to miss.
          autoFocus
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? 'pwd-problem' : undefined}
          className="field"
        />
      </div>
      <PasswordField id="pwd" problem={problem} fieldRef={passwordField} />
      <BusyButton busy={busy} busyLabel="Signing in" className="button-primary mt-2 min-h-10">
        Sign in
      </BusyButton>
      {demo && (
        <p className="text-13 text-muted">
          Demo data is on: sign in as {demo.name} with {demo.password}.{' '}
          <button type="button" onClick={fillIn} className="needs-script link">
            Fill in
          </button>
        </p>
      )}
    </form>
  );
}

/** The fragment never reaches the server, but the browser carries it along redirects to this page's own address. */
function withFragment(path: string): string {
  return path.includes('#') ? path : path + location.hash;
}

'use client';
/** The sign-in form: a native form post; with a script, a request that keeps the page and the input. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { session } from '../../lib/client/session/session.ts';
import { USER_NAME_MAX_CHARS } from '../../lib/contract/limits.ts';
import { SIGN_IN_PATH } from '../../lib/contract/paths.ts';
import { BusyButton } from '../_components/busy-button.tsx';
import { PasswordField } from '../_components/password-field.tsx';
import { type SignInProblem, signInProblem } from '../_components/sign-in-problem.ts';

interface LoginFormProps {
  /** An own path, already checked. */
  returnTo: string;
  /** Filled in. */
  name: string;
  /** The result of a native form post. */
  problem: SignInProblem | null;
  /** The id of the notice, to describe the focused field. */
  reasonId: string | undefined;
  demo: { name: string; password: string } | null;
}

export function LoginForm({ returnTo, name, problem: firstProblem, reasonId, demo }: LoginFormProps) {
  const [problem, setProblem] = useState(firstProblem);
  const [busy, setBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const isOfName = problem?.field === 'name';

  useEffect(() => {
    // A password manager may have filled in the name before hydration.
    if (nameField.current?.value && !passwordField.current?.value) passwordField.current?.focus();
  }, []);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const fields = { name: nameField.current?.value ?? '', pwd: passwordField.current?.value ?? '' };
    const outcome = await session.signIn(fields.name, fields.pwd);
    if (outcome.user) {
      // Replaces this page in the history.
      location.replace(withFragment(returnTo));
      return;
    }
    setBusy(false);
    const found = signInProblem(outcome, fields);
    setProblem(found);
    (found.field === 'name' ? nameField : passwordField).current?.select();
  }

  function fillIn() {
    if (!demo || !nameField.current || !passwordField.current) return;
    nameField.current.value = demo.name;
    passwordField.current.value = demo.password;
    passwordField.current.focus();
  }

  return (
    <form method="post" action={SIGN_IN_PATH} onSubmit={signIn} className="flex flex-col gap-4">
      <input type="hidden" name="returnTo" value={returnTo} />
      <div className="flex flex-col gap-1.5">
        <label htmlFor="name" className="font-medium">
          Name
        </label>
        <input
          ref={nameField}
          id="name"
          name="name"
          defaultValue={name}
          required
          maxLength={USER_NAME_MAX_CHARS}
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the page is this form; there is nothing above it to miss.
          autoFocus={!name || isOfName}
          aria-invalid={isOfName || problem?.field === 'both' || undefined}
          aria-describedby={isOfName ? 'name-problem' : problem ? 'pwd-problem' : reasonId}
          className="field"
        />
        <p id="name-problem" role="alert" className="text-danger empty:hidden">
          {isOfName && problem.sentence}
        </p>
      </div>
      <PasswordField
        id="pwd"
        problem={isOfName ? null : (problem?.sentence ?? null)}
        isInvalid={problem?.field === 'pwd' || problem?.field === 'both'}
        describedBy={reasonId}
        autoFocus={Boolean(name) && !isOfName}
        fieldRef={passwordField}
      />
      <BusyButton busy={busy} busyLabel="Signing in" className="button-primary mt-2 min-h-10">
        Sign in
      </BusyButton>
      {demo && (
        <p className="text-13 text-muted">
          Demo data is on: sign in as {demo.name} with {demo.password}.{' '}
          <button type="button" onClick={fillIn} className="noscript:hidden link">
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

'use client';
/** A password field with label, visibility toggle and problem. */
import { type Ref, useState } from 'react';
import { PASSWORD_MAX_CHARS } from '../../lib/contract/limits.ts';

interface PasswordFieldProps {
  id: string;
  label?: string;
  name?: string;
  autoComplete?: 'current-password' | 'new-password';
  /** Help text under the field. */
  hint?: string;
  /** Shown at the field and announced. */
  problem: string | null;
  /** Whether the problem is in this field. */
  isInvalid?: boolean;
  /** The id of a further description. */
  describedBy?: string | undefined;
  autoFocus?: boolean;
  fieldRef?: Ref<HTMLInputElement>;
}

export function PasswordField({
  id,
  label = 'Password',
  name = 'pwd',
  autoComplete = 'current-password',
  hint,
  problem,
  isInvalid = problem !== null,
  describedBy,
  autoFocus,
  fieldRef,
}: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const problemId = `${id}-problem`;
  const hintId = `${id}-hint`;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          ref={fieldRef}
          id={id}
          name={name}
          type={shown ? 'text' : 'password'}
          required
          maxLength={PASSWORD_MAX_CHARS}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: only where the page is this form.
          autoFocus={autoFocus}
          aria-invalid={isInvalid || undefined}
          aria-describedby={[problemId, hint && hintId, describedBy].filter(Boolean).join(' ')}
          className="field pr-20"
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="noscript:hidden tap absolute inset-y-0 right-0 rounded-md px-3 text-13 text-muted hover:text-ink"
        >
          <span>{shown ? 'Hide' : 'Show'}</span>
          <span className="sr-only">{` ${label.toLowerCase()}`}</span>
        </button>
      </div>
      {hint && (
        <p id={hintId} className="text-13 text-muted">
          {hint}
        </p>
      )}
      <p id={problemId} role="alert" className="text-danger empty:hidden">
        {problem}
      </p>
    </div>
  );
}

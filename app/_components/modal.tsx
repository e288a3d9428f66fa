'use client';
/** A modal dialog, open while rendered. Closing returns the focus to where it was. */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

interface ModalProps {
  title: string;
  text: string;
  /** Focus the title first, so that a second Enter does nothing. */
  isTitleFirst?: boolean;
  /** Called on Escape and similar; the owner closes the dialog by not rendering it. */
  onDismiss: () => void;
  children: ReactNode;
}

/** A password field gets the focus, or else the element with `data-focus-first`. */
export function Modal({ title, text, isTitleFirst, onDismiss, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    const opened = dialog.current;
    const open = () => opened?.showModal();
    open();
    opened?.querySelector<HTMLElement>('[type=password], [data-focus-first]')?.focus();
    // Some browsers close a dialog on a second Escape without an event; only the owner may close it.
    opened?.addEventListener('close', open);
    return () => {
      opened?.removeEventListener('close', open);
      opened?.close();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss();
      }}
      aria-labelledby={id}
      aria-describedby={`${id}-text`}
      className="sheet appear m-auto w-[min(26rem,calc(100vw-2rem))] p-6 text-ink"
    >
      <h2 id={id} tabIndex={-1} data-focus-first={isTitleFirst} className="text-20 outline-none">
        {title}
      </h2>
      <p id={`${id}-text`} className="mt-1 text-muted">
        {text}
      </p>
      {children}
    </dialog>
  );
}

interface DialogActionsProps {
  busy: boolean;
  /** The button that leaves everything as it is. */
  keepLabel: string;
  onKeep: () => void;
  /** Focus that button first. */
  isKeepFirst?: boolean;
  /** The button that acts. */
  children: ReactNode;
}

export function DialogActions({ busy, keepLabel, onKeep, isKeepFirst, children }: DialogActionsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-3">
      <button
        type="button"
        data-focus-first={isKeepFirst}
        aria-disabled={busy || undefined}
        className="button aria-disabled:opacity-50"
        onClick={onKeep}
      >
        {keepLabel}
      </button>
      {children}
    </div>
  );
}

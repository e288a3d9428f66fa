'use client';
/** A modal dialog, open while rendered. Closing returns the focus to where it was. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';

interface ModalProps {
  titleId: string;
  textId?: string;
  /** Called on Escape and similar; the owner closes the dialog by not rendering it. */
  onDismiss: () => void;
  children: ReactNode;
}

/** The element with `data-focus-first` gets the focus. */
export function Modal({ titleId, textId, onDismiss, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const opened = dialog.current;
    const open = () => opened?.showModal();
    open();
    opened?.querySelector<HTMLElement>('[data-focus-first] input, :is(button, h2)[data-focus-first]')?.focus();
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
      aria-labelledby={titleId}
      aria-describedby={textId}
      className="modal"
    >
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

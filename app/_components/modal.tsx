'use client';
/** A dialog over the page, open for as long as it is rendered; afterwards the focus is back where it was. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';

interface ModalProps {
  titleId: string;
  textId?: string;
  /** Asked by Escape and the like; the dialog closes when its owner stops rendering it. */
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
    // Pressed twice, Escape closes a dialog in some browsers without asking; only its owner may.
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

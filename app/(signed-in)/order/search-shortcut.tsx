'use client';
/** The key `/` focuses the search field; a hint shows it. */
import { useEffect } from 'react';

export function SearchShortcut({ fieldId }: { fieldId: string }) {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const field = document.getElementById(fieldId);
      if (!(field instanceof HTMLInputElement)) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [fieldId]);

  return (
    <span
      aria-hidden="true"
      className="needs-script pointer-events-none absolute inset-y-0 right-3 hidden items-center text-13 text-muted md:flex"
    >
      /
    </span>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [contenteditable]') !== null;
}

'use client';
/** The flash message at the lower edge of the screen, visible at any scroll position and announced. */
import { usePathname } from 'next/navigation';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type Flash, flash } from './flash.ts';
import { Icon } from './icons.tsx';
import { moveFocus } from './move-focus.ts';

/** Both live regions exist before their message; some screen readers ignore a region inserted with its text. */
export function FlashMessage() {
  const path = usePathname();
  const message = useSyncExternalStore(flash.subscribe, flash.get, () => null);
  const shown = message?.path === path ? message : null;
  const shownAt = useRef<string | null>(null);

  useEffect(() => {
    if (shown) shownAt.current = path;
    else if (shownAt.current && shownAt.current !== path) {
      shownAt.current = null;
      flash.clear();
    }
  }, [shown, path]);

  // A page in another layout unmounts this component.
  useEffect(() => () => void (shownAt.current && flash.clear()), []);

  return (
    <div className="pointer-events-none fixed inset-x-0 bottom-0 z-25 px-4 pb-[max(1rem,env(safe-area-inset-bottom))] print:hidden">
      <div role="status">{shown?.kind === 'done' && <Message key={shown.id} flash={shown} />}</div>
      <div role="alert">{shown?.kind === 'problem' && <Message key={shown.id} flash={shown} />}</div>
    </div>
  );
}

function Message({ flash: { kind, sentence } }: { flash: Flash }) {
  return (
    <div
      className={`flash appear pointer-events-auto mx-auto flex w-fit max-w-[min(36rem,100%)] items-center gap-2 rounded-md border p-1 pl-4 font-medium shadow-(--lift) ${kind === 'problem' ? 'border-danger bg-danger-soft' : 'border-edge bg-accent-soft'}`}
    >
      {kind === 'done' && <Icon name="check" />}
      <p className="min-w-0 grow break-words">{sentence}</p>
      <button
        type="button"
        aria-label="Close message"
        className="tap grid size-9 shrink-0 place-items-center rounded-sm hover:bg-sunk"
        onClick={close}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function close() {
  moveFocus('main', flash.clear);
}

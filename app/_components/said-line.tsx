'use client';
/** Shows and announces what was just done, on the page it belongs to and only once. */
import { usePathname } from 'next/navigation';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { CheckIcon } from './icons.tsx';
import { said } from './said.ts';

export function SaidLine() {
  const path = usePathname();
  const message = useSyncExternalStore(said.subscribe, said.get, () => null);
  const shown = message?.path === path ? message.sentence : null;
  const shownAt = useRef<string | null>(null);

  useEffect(() => {
    if (shown) shownAt.current = path;
    else if (shownAt.current && shownAt.current !== path) {
      shownAt.current = null;
      said.clear();
    }
  }, [shown, path]);

  return (
    <div role="status">
      {shown && (
        <p className="appear mb-6 flex items-center gap-2 rounded-md bg-accent-soft px-4 py-2.5 font-medium">
          <CheckIcon />
          {shown}
        </p>
      )}
    </div>
  );
}

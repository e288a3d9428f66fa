/** A submit button that shows progress and keeps its width. */
import type { MouseEvent, ReactNode } from 'react';

interface BusyButtonProps {
  busy: boolean;
  /** Announced while busy: "Signing in". */
  busyLabel: string;
  className?: string;
  type?: 'submit' | 'button';
  onClick?: (event: MouseEvent) => void;
  children: ReactNode;
}

/** While busy it is `aria-disabled`, not `disabled`, so that the focus stays on it; the caller ignores a second submit. */
export function BusyButton({ busy, busyLabel, className = '', type = 'submit', onClick, children }: BusyButtonProps) {
  return (
    <button type={type} onClick={onClick} aria-disabled={busy || undefined} className={`button ${className}`}>
      <span className="grid place-items-center">
        <span className={`col-start-1 row-start-1 ${busy ? 'invisible' : ''}`}>{children}</span>
        {busy && (
          <span className="col-start-1 row-start-1">
            <span aria-hidden="true" className="spinner block" />
            <span className="sr-only">{busyLabel}</span>
          </span>
        )}
      </span>
    </button>
  );
}

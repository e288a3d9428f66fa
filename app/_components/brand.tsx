/** The product name with its logo: two wheels on one frame. */

/** `isShort` shows only the logo on narrow screens. */
export function Brand({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 text-16 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" fill="none" aria-hidden="true" className="size-7 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <g className="stroke-on-accent" strokeWidth="2.5">
          <circle cx="11.5" cy="16" r="5.5" />
          <circle cx="20.5" cy="16" r="5.5" />
        </g>
      </svg>
      <span translate="no" className={isShort ? 'max-sm:sr-only' : undefined}>
        Tandem
      </span>
    </span>
  );
}

/** The icons, on a 16-pixel grid in the current text color. */

const PATHS = {
  back: 'M9.5 3.5 5 8l4.5 4.5',
  check: 'm3 8.5 3.25 3.25L13 5',
  close: 'm4 4 8 8m0-8-8 8',
  down: 'M8 3v10m-3.5-3.5L8 13l3.5-3.5',
  minus: 'M3 8h10',
  plus: 'M8 3v10M3 8h10',
  search: 'M11.25 7a4.25 4.25 0 1 1-8.5 0a4.25 4.25 0 0 1 8.5 0M10.25 10.25l3.25 3.25',
  up: 'M8 13V3M4.5 6.5 8 3l3.5 3.5',
};

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="size-4 shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Format an instant: relative within a week, the date beyond that, and the full instant on demand. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Own names, because `Intl` differs between versions, and server and browser must render the same text. */
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

export interface InstantWords {
  /** Whether `short` is relative. */
  isAgo: boolean;
  /** "3 hours ago", "2 days ago", "12 Nov 2026". */
  short: string;
  /** What `short` omits: "12 Nov 2026, 14:03", or "14:03" where `short` is the date. In UTC with " UTC" behind it. */
  exact: string;
  /** "12 November 2026". */
  date: string;
  /** "12 November 2026, 14:03"; in UTC with " UTC" behind it. */
  full: string;
}

/** `local` is the machine's own time zone, which only a browser should use. */
export function instantWords(at: Date, now: Date, timeZone: 'UTC' | 'local'): InstantWords {
  // `Date` methods instead of `Intl`, whose first use costs a slow device a tenth of a second.
  const offsetMs = timeZone === 'UTC' ? 0 : at.getTimezoneOffset() * MINUTE_MS;
  const shown = new Date(at.getTime() - offsetMs);
  const [day, month = '', year] = [shown.getUTCDate(), MONTHS[shown.getUTCMonth()], shown.getUTCFullYear()];
  const date = `${day} ${month} ${year}`;
  const shortDate = `${day} ${month.slice(0, 3)} ${year}`;
  const clockTime = `${shown.toISOString().slice(11, 16)}${timeZone === 'UTC' ? ' UTC' : ''}`;
  const passed = timePassed(now.getTime() - at.getTime());
  return {
    isAgo: passed !== null,
    short: passed ?? shortDate,
    exact: passed ? `${shortDate}, ${clockTime}` : clockTime,
    date,
    full: `${date}, ${clockTime}`,
  };
}

/** Return null for a week or more and for the future. */
function timePassed(ms: number): string | null {
  if (ms < 0 || ms >= 7 * DAY_MS) return null;
  if (ms < MINUTE_MS) return 'just now';
  if (ms < HOUR_MS) return ago(ms / MINUTE_MS, 'minute');
  if (ms < DAY_MS) return ago(ms / HOUR_MS, 'hour');
  return ago(ms / DAY_MS, 'day');
}

function ago(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}

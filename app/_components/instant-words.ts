/** Format an instant: relative within a week, the date beyond that, and the full instant on demand. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Own names, because `Intl` differs between versions, and server and browser must render the same text. */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

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
  const { day, month, year, time } = timeZone === 'UTC' ? calendarInUtc(at) : localCalendar(at);
  const date = `${day} ${month} ${year}`;
  const shortDate = `${day} ${month.slice(0, 3)} ${year}`;
  const clockTime = timeZone === 'UTC' ? `${time} UTC` : time;
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

interface Calendar {
  day: number;
  month: string;
  year: number;
  /** "14:03". */
  time: string;
}

// `Date` methods instead of `Intl`, whose first use costs a slow device a tenth of a second.
function calendarInUtc(at: Date): Calendar {
  return {
    day: at.getUTCDate(),
    month: MONTHS[at.getUTCMonth()] ?? '',
    year: at.getUTCFullYear(),
    time: clock(at.getUTCHours(), at.getUTCMinutes()),
  };
}

function localCalendar(at: Date): Calendar {
  return {
    day: at.getDate(),
    month: MONTHS[at.getMonth()] ?? '',
    year: at.getFullYear(),
    time: clock(at.getHours(), at.getMinutes()),
  };
}

function clock(hours: number, minutes: number): string {
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

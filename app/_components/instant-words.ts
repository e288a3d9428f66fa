/** Puts an instant into words: how long ago within a week, the date beyond, and the full instant for whoever asks. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Our own, because `Intl` spells dates differently from version to version, and server and browser must agree to the letter. */
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
  /** "3 hours ago", "2 days ago", "12 Nov 2026". */
  short: string;
  /** "12 November 2026". */
  date: string;
  /** "12 November 2026, 14:03"; in UTC with " UTC" behind it. */
  full: string;
}

/** `timeZone` is an IANA name; without one the machine's own, which only a browser should use. */
export function instantWords(at: Date, now: Date, timeZone?: string): InstantWords {
  const { day, month, year, time } = calendar(at, timeZone);
  const date = `${day} ${month} ${year}`;
  return {
    short: timePassed(now.getTime() - at.getTime()) ?? `${day} ${month.slice(0, 3)} ${year}`,
    date,
    full: `${date}, ${time}${timeZone === 'UTC' ? ' UTC' : ''}`,
  };
}

/** Null for a week or more, and for what is still to come. */
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

function calendar(at: Date, timeZone?: string): { day: string; month: string; year: string; time: string } {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    day: String(Number(of('day'))),
    month: MONTHS[Number(of('month')) - 1] ?? '',
    year: of('year'),
    time: `${of('hour')}:${of('minute')}`,
  };
}

const formatters = new Map<string | undefined, Intl.DateTimeFormat>();

/** Making one costs far more than using it, and a list uses dozens. */
function formatter(timeZone?: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  formatters.set(timeZone, made);
  return made;
}

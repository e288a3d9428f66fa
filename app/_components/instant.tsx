'use client';
/** An instant in relative or short form, with the exact time beside it. */
import { useSyncExternalStore } from 'react';
import { instantWords } from './instant-words.ts';
import { pageClock } from './page-clock.ts';

interface InstantProps {
  /** ISO 8601. */
  at: string;
  /** The server's time at the response, ISO 8601; the page counts on from it. */
  now: string;
  /** `date` and `full` show the day, or day and time, at once. */
  show?: 'short' | 'date' | 'full';
}

/** UTC from the server, the user's own time zone after hydration. */
export function Instant({ at, now, show = 'short' }: InstantProps) {
  const browserNow = useSyncExternalStore<number | null>(
    pageClock.subscribe,
    () => pageClock.read(now),
    () => null,
  );
  const words = instantWords(new Date(at), new Date(browserNow ?? now), browserNow === null ? 'UTC' : 'local');
  if (show !== 'short') return <time dateTime={at}>{words[show]}</time>;
  return (
    <time dateTime={at} title={words.full}>
      <span className={words.isAgo ? 'instant-ago' : undefined}>{words.short}</span>{' '}
      <span className="instant-exact">{words.exact}</span>
    </time>
  );
}

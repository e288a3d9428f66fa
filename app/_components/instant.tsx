'use client';
/** An instant as people say it, and the exact one beside it. */
import { useSyncExternalStore } from 'react';
import { instantWords } from './instant-words.ts';
import { pageClock } from './page-clock.ts';

interface InstantProps {
  /** ISO 8601. */
  at: string;
  /** When the page was made, ISO 8601, by the server's clock; from then on the page counts for itself. */
  now: string;
  /** `date` and `full` show the day, or day and time, at once. */
  show?: 'short' | 'date' | 'full';
}

/** In UTC as the server sends it, and in the reader's own time zone as soon as the browser runs it. */
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

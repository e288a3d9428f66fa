'use client';
/** An instant as people say it, with the full date and time on hover and for screen readers. */
import { useSyncExternalStore } from 'react';
import { instantWords } from './instant-words.ts';

const never = () => () => {};

interface InstantProps {
  /** ISO 8601. */
  at: string;
  /** When the page was made, ISO 8601: server and browser count from the same moment, so that they say the same. */
  now: string;
  /** `date` and `full` show the day, or day and time, at once. */
  show?: 'short' | 'date' | 'full';
}

/** In UTC as the server sends it, and in the reader's own time zone as soon as the browser runs it. */
export function Instant({ at, now, show = 'short' }: InstantProps) {
  const timeZone = useSyncExternalStore(
    never,
    () => 'local' as const,
    () => 'UTC' as const,
  );
  const words = instantWords(new Date(at), new Date(now), timeZone);
  if (show !== 'short') return <time dateTime={at}>{words[show]}</time>;
  return (
    <time dateTime={at} title={words.full}>
      <span>{words.short}</span>
      <span className="sr-only">{`, ${words.full}`}</span>
    </time>
  );
}

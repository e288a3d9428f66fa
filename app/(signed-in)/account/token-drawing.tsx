'use client';
/** A drawing of both tokens: a ring for the access token above a bar of days for the refresh token. */
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../../../lib/client/session/use-session.ts';
import { durationWords } from '../../_components/duration-words.ts';
import { Instant } from '../../_components/instant.tsx';

interface TokenDrawingProps {
  /** All ISO 8601, by the server's clock. */
  issuedAt: string;
  expiresAt: string;
  sessionStartedAt: string;
  sessionExpiresAt: string;
  now: string;
}

const TICK_MS = 1_000;

export function TokenDrawing(props: TokenDrawingProps) {
  const { leftMs, lifetimeMs, passedMs } = useCountdown(props);
  const startMs = Date.parse(props.sessionStartedAt);
  const wholeMs = Date.parse(props.sessionExpiresAt) - startMs;
  const ridden = fraction(Date.parse(props.now) + passedMs - startMs, wholeMs);
  const left = fraction(leftMs, lifetimeMs);

  return (
    <section aria-labelledby="tokens" className="sheet flex flex-col gap-4 p-5">
      <div className="flex flex-col gap-1">
        <h2 id="tokens">Staying signed in</h2>
        <p className="text-muted">
          Two tokens ride together: a short one that opens your orders, and a long one that renews it.
        </p>
      </div>
      <div className="py-2">
        <div className="px-6">
          <Drawing ridden={ridden} left={left} />
        </div>
        <p className="mt-1 flex justify-between text-13 text-muted">
          <Instant at={props.sessionStartedAt} now={props.now} show="date" />
          <Instant at={props.sessionExpiresAt} now={props.now} show="date" />
        </p>
      </div>
      <dl className="grid gap-4 md:grid-cols-2">
        <div>
          <dt className="flex items-center gap-2 font-medium">
            <span aria-hidden="true" className="size-3 rounded-full border-2 border-ink" />
            Access token
          </dt>
          <dd className="text-muted">
            {`Lasts ${durationWords(lifetimeMs / 1_000)}, renews itself. Now ${durationWords(leftMs / 1_000)} left.`}
          </dd>
        </div>
        <div>
          <dt className="flex items-center gap-2 font-medium">
            <span aria-hidden="true" className="h-1 w-3 rounded-full bg-ink forced-color-adjust-none" />
            Refresh token
          </dt>
          <dd className="text-muted">
            Unchanged since you signed in. You sign in again after{' '}
            <Instant at={props.sessionExpiresAt} now={props.now} show="full" />.
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** Lengths are percentages and shares of 100, so it needs neither a fixed width nor inline styles. */
function Drawing({ ridden, left }: { ridden: number; left: number }) {
  const here = `${(ridden * 100).toFixed(2)}%`;
  return (
    <svg aria-hidden="true" className="block h-12 w-full overflow-visible" fill="none">
      <rect x="0" y="22" width="100%" height="4" rx="2" className="fill-line" />
      <rect x="0" y="22" width={here} height="4" rx="2" className="fill-ink" />
      <svg x={here} y="24" overflow="visible" aria-hidden="true">
        <circle r="20" className="fill-sheet stroke-line" strokeWidth="4" />
        <circle
          r="20"
          className="ring stroke-ink"
          strokeWidth="4"
          strokeLinecap="round"
          pathLength="100"
          strokeDasharray={`${(left * 100).toFixed(2)} 100`}
          transform="rotate(-90)"
        />
      </svg>
    </svg>
  );
}

/** Count down from the server's values, and restart at each refresh that the session reports. */
function useCountdown({ issuedAt, expiresAt, now }: TokenDrawingProps) {
  const { expiresInMs, lifetimeMs, refreshes } = useSession();
  const [passedMs, setPassedMs] = useState(0);
  const [granted, setGranted] = useState({
    atMs: 0,
    leftMs: Date.parse(expiresAt) - Date.parse(now),
    lifetimeMs: Date.parse(expiresAt) - Date.parse(issuedAt),
  });
  const beganMs = useRef(0);
  const refreshesSeen = useRef(refreshes);

  useEffect(() => {
    beganMs.current = performance.now();
    const timer = setInterval(() => setPassedMs(performance.now() - beganMs.current), TICK_MS);
    return () => clearInterval(timer);
  }, []);

  useEffect(() => {
    if (refreshes === refreshesSeen.current || expiresInMs === null || lifetimeMs === null) return;
    refreshesSeen.current = refreshes;
    const atMs = performance.now() - beganMs.current;
    setPassedMs(atMs);
    setGranted({ atMs, leftMs: expiresInMs, lifetimeMs });
  }, [refreshes, expiresInMs, lifetimeMs]);

  return { passedMs, lifetimeMs: granted.lifetimeMs, leftMs: granted.leftMs - (passedMs - granted.atMs) };
}

function fraction(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

'use client';
/** Starts the session in the browser: from here on it is renewed unseen. */
import { useEffect, useRef } from 'react';
import { installPatientNavigation } from '../../lib/client/patient-navigation.ts';
import { installFetchGate, session } from '../../lib/client/session.ts';
import type { User } from '../../lib/contract/session.ts';

// As early as this page's code runs: a prefetch must not go out before the gate stands.
installFetchGate();
installPatientNavigation();

interface SessionStarterProps {
  /** Null on a signed-out page. */
  user: User | null;
  /** What the access token has to live as this page is made. */
  expiresInSeconds: number | null;
}

export function SessionStarter({ user, expiresInSeconds }: SessionStarterProps) {
  // A page that is drawn again in place has not begun again; the session knows better by then.
  const first = useRef({ user, expiresInSeconds });
  useEffect(() => session.start(first.current), []);
  return null;
}

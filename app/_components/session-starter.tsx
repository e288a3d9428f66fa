'use client';
/** Starts the session in the browser: from here on it is refreshed unseen. */
import { useEffect, useRef } from 'react';
import { installPatientNavigation } from '../../lib/client/resilience/patient-navigation.ts';
import { resumeSignOuts } from '../../lib/client/resilience/pending-sign-out.ts';
import { installFetchGate, type SessionStart, session } from '../../lib/client/session/session.ts';

// As early as this page's code runs: a prefetch must not go out before the gate stands.
installFetchGate();
installPatientNavigation();

/** `proofNonce` is for the page's first proof, since a page cannot read its own headers. React puts it into the head. */
export function SessionStarter({ proofNonce, ...page }: SessionStart & { proofNonce: string }) {
  // A page that is drawn again in place has not begun again; the session knows better by then.
  const first = useRef(page);
  useEffect(() => {
    const forget = session.start(first.current);
    const stop = resumeSignOuts();
    return () => {
      stop();
      forget();
    };
  }, []);
  return <meta name="dpop-nonce" content={proofNonce} />;
}

/** Where the person is signed in, and how to end that. */
import type { SessionView } from '../../lib/contract/session.ts';
import { Instant } from '../_components/instant.tsx';
import { EndSessions } from './end-sessions.tsx';

const BINDING_WORDS: Record<SessionView['binding'], string> = {
  none: 'Not bound',
  dpop: 'Bound to this browser’s key',
  dbsc: 'Bound to hardware by the browser',
};

/** `now` is ISO 8601. */
export function Devices({ sessions, now }: { sessions: SessionView[]; now: string }) {
  const others = sessions.filter((session) => !session.current);
  return (
    <section aria-labelledby="devices" className="sheet">
      <div className="flex min-h-15 flex-wrap items-center justify-between gap-3 px-5 py-3">
        <h2 id="devices">Devices</h2>
        {others.length > 0 && (
          <EndSessions
            path="/api/sessions"
            label="End all others"
            question={`End ${others.length === 1 ? 'the other session' : `all ${others.length} other sessions`}?`}
            done="All other devices are signed out."
          />
        )}
      </div>
      <ul className="divide-y divide-line border-t border-line">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-4 px-5 py-3">
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline gap-x-3 font-medium">
                {session.device}
                {session.current && <span className="text-13 font-normal text-muted">This device</span>}
              </p>
              <p className="text-13 text-muted">
                Signed in <Instant at={session.created_at} now={now} /> · last active{' '}
                <Instant at={session.last_refreshed_at ?? session.created_at} now={now} />
                {session.address && ` · ${session.address}`}
              </p>
              <p className="text-13 text-muted">{BINDING_WORDS[session.binding]}</p>
            </div>
            {!session.current && (
              <EndSessions
                path={`/api/sessions/${session.id}`}
                label="End"
                about={session.device}
                question={`End the session of ${session.device}?`}
                done={`${session.device} is signed out.`}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

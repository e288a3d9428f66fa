/** The devices the user is signed in on, with sign-out buttons. */
import Link from 'next/link';
import { sessionView } from '../../../lib/auth/sessions/session-view.ts';
import type { SessionView } from '../../../lib/contract/session.ts';
import { Instant } from '../../_components/instant.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { EndSessions } from './end-sessions.tsx';
import type { DeviceList } from './read-devices.ts';

/** `now` is ISO 8601. */
export function Devices({ list, now }: { list: DeviceList; now: string }) {
  const { inHand, others } = list;
  const groups = inHand ? [{ title: 'This device', note: undefined, sessions: [inHand] }, ...list.groups] : list.groups;
  return (
    <section aria-labelledby="devices" className="sheet">
      <div className="flex min-h-15 flex-wrap items-center justify-between gap-3 px-5 py-3">
        <h2 id="devices" tabIndex={-1} className="outline-none">
          Devices
        </h2>
        {others > 0 && (
          <EndSessions
            path="/api/sessions"
            label="Sign out all others"
            question={`Sign out ${others === 1 ? 'the other device' : `all ${others} other devices`}?`}
            done="All other devices are signed out."
          />
        )}
      </div>
      {others > 0 && (
        <p className="hidden px-5 pb-3 text-muted noscript:block">
          Signing out other devices needs JavaScript, which is off in this browser.
        </p>
      )}
      {groups.map(({ title, note, sessions }) => (
        <section key={title} aria-label={title} className="border-t border-line">
          <h3 className="px-5 pt-3 text-13 font-medium text-muted">{note ? `${title}, ${note}` : title}</h3>
          <ul className="divide-y divide-line">
            {sessions.map((session) => (
              <DeviceRow key={session.id} session={sessionView(session, inHand?.id ?? '')} now={now} />
            ))}
            {sessions.length === 0 && <li className="px-5 py-3 text-muted">There are none.</li>}
          </ul>
        </section>
      ))}
      {list.links.length > 0 && (
        <p className="flex flex-wrap gap-x-5 gap-y-2 border-t border-line px-5 py-4">
          {list.links.map(({ label, path }) => (
            <Link key={label} href={`${path}#devices`} prefetch={false} className="link tap">
              {label}
              <LinkPending />
            </Link>
          ))}
        </p>
      )}
    </section>
  );
}

const PROTECTION: Record<SessionView['binding'], string> = {
  none: 'Not protected against copying',
  dpop: 'Protected on this device',
  dbsc: 'Protected by the hardware of this device',
};

function DeviceRow({ session, now }: { session: SessionView; now: string }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3">
      <div className="min-w-0">
        <p className="break-words font-medium">{session.device}</p>
        <p className="text-13 text-muted">
          Signed in <Instant at={session.created_at} now={now} />
          {session.last_refreshed_at && (
            <span>
              {' '}
              · last active <Instant at={session.last_refreshed_at} now={now} />
            </span>
          )}
          {session.address && <span>{` · ${addressWords(session.address)}`}</span>}
        </p>
        <p className="text-13 text-muted">{PROTECTION[session.binding]}</p>
      </div>
      {!session.current && (
        <EndSessions
          path={`/api/sessions/${session.id}`}
          label="Sign out this device"
          about={session.device}
          question={`Sign out ${session.device}?`}
          done={`${session.device} is signed out.`}
        />
      )}
    </li>
  );
}

function addressWords(address: string): string {
  return address.includes('/') ? `network ${address}` : address;
}

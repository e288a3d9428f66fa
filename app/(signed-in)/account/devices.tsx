/** The devices the user is signed in on, with sign-out buttons. */
import Link from 'next/link';
import { sessionView } from '../../../lib/auth/sessions/session-view.ts';
import { LinkPending } from '../../_components/link-pending.tsx';
import { DeviceRow } from './device-row.tsx';
import { EndSessions } from './end-sessions.tsx';
import type { DeviceGroup, DeviceList } from './read-devices.ts';

/** `now` is ISO 8601. */
export function Devices({ list, now }: { list: DeviceList; now: string }) {
  const { inHand, others } = list;
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
      {inHand && (
        <Group group={{ title: 'This device', note: undefined, sessions: [inHand] }} currentId={inHand.id} now={now} />
      )}
      {list.groups.map((group) => (
        <Group key={group.title} group={group} currentId={inHand?.id ?? ''} now={now} />
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

interface GroupProps {
  group: DeviceGroup;
  currentId: string;
  now: string;
}

function Group({ group: { title, note, sessions }, currentId, now }: GroupProps) {
  return (
    <section aria-label={title} className="border-t border-line">
      <h3 className="px-5 pt-3 text-13 font-medium text-muted">{note ? `${title}, ${note}` : title}</h3>
      <ul className="divide-y divide-line">
        {sessions.map((session) => (
          <DeviceRow key={session.id} session={sessionView(session, currentId)} now={now} />
        ))}
        {sessions.length === 0 && <li className="px-5 py-3 text-muted">There are none.</li>}
      </ul>
    </section>
  );
}

/** One row of the device list. */
import type { SessionView } from '../../../lib/contract/session.ts';
import { Instant } from '../../_components/instant.tsx';
import { EndSessions } from './end-sessions.tsx';

const PROTECTION: Record<SessionView['binding'], string> = {
  none: 'Not protected against copying',
  dpop: 'Protected on this device',
  dbsc: 'Protected by the hardware of this device',
};

/** `now` is ISO 8601. */
export function DeviceRow({ session, now }: { session: SessionView; now: string }) {
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

/** Recent activity of the account, in sentences. */
import type { Activity } from '../../../lib/auth/sessions/activity.ts';
import { Instant } from '../../_components/instant.tsx';

const SENTENCES: Record<Activity['event'], (device: string) => string> = {
  authn_login_success: (device) => `Signed in with ${device}`,
  authn_login_fail: (device) => `Somebody entered a wrong password with ${device}`,
  authn_key_mismatch: (device) => `Somebody tried a copy of your sign-in with ${device}, which was refused`,
  authn_password_change: (device) => `Changed the password with ${device}`,
  session_logout: (device) => `Signed out of ${device}`,
  session_revoked: (device) => `Signed out another device with ${device}`,
};

/** `now` is ISO 8601. */
export function RecentActivity({ activity, now }: { activity: Activity[]; now: string }) {
  return (
    <section aria-labelledby="activity" className="sheet">
      <h2 id="activity" className="px-5 py-4">
        Recent activity
      </h2>
      <ul className="divide-y divide-line border-t border-line">
        {activity.map(({ id, at, event, device, times, isAtLeast }) => (
          <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-5 py-2.5">
            <span className="min-w-0 wrap-anywhere">
              {SENTENCES[event](device) + (times > 1 ? `, ${times} times${isAtLeast ? ' or more' : ''}` : '')}
            </span>
            <span className="whitespace-nowrap text-13 text-muted">
              <Instant at={at.toISOString()} now={now} />
            </span>
          </li>
        ))}
        {activity.length === 0 && <li className="px-5 py-2.5 text-muted">Nothing yet.</li>}
      </ul>
    </section>
  );
}

/** The account page: user, session, devices, activity and password. */
import type { Metadata } from 'next';
import { getUser } from '../../../lib/auth/passwords/users.ts';
import { listActivity } from '../../../lib/auth/sessions/activity.ts';
import { database } from '../../../lib/db/client.ts';
import { lastDatabaseTime } from '../../../lib/db/clock.ts';
import { Instant } from '../../_components/instant.tsx';
import { markOutage } from '../../_server/mark-outage.ts';
import { requirePrincipal } from '../../_server/principal.ts';
import { Devices } from './devices.tsx';
import { PasswordForm } from './password-form.tsx';
import { devicesPath, readDevices, readDevicesView } from './read-devices.ts';
import { RecentActivity } from './recent-activity.tsx';
import { TokenDrawing } from './token-drawing.tsx';

const ACTIVITY_SHOWN = 10;

export const metadata: Metadata = { title: 'Account' };

interface AccountPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function AccountPage({ searchParams }: AccountPageProps) {
  const view = readDevicesView(await searchParams);
  const principal = await requirePrincipal(devicesPath(view));
  const db = database();
  const now = lastDatabaseTime();
  const [user, devices, activity] = await markOutage(
    Promise.all([
      getUser(db, principal.userId),
      readDevices(db, principal, view, now),
      listActivity(db, principal.userId, ACTIVITY_SHOWN),
    ]),
  );
  const nowIso = now.toISOString();

  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <div className="flex flex-col gap-1">
        <h1>Account</h1>
        <p className="text-muted">
          <span className="font-medium wrap-anywhere text-ink" translate="no">
            {user.name}
          </span>
          , here since <Instant at={user.createdAt.toISOString()} now={nowIso} show="date" />
        </p>
      </div>

      {devices.inHand && (
        <TokenDrawing
          issuedAt={principal.issuedAt.toISOString()}
          expiresAt={principal.expiresAt.toISOString()}
          sessionStartedAt={devices.inHand.createdAt.toISOString()}
          sessionExpiresAt={devices.inHand.expiresAt.toISOString()}
          now={nowIso}
        />
      )}

      <Devices list={devices} now={nowIso} />

      <section aria-labelledby="password" className="sheet print:hidden flex flex-col gap-4 p-5">
        <div className="flex flex-col gap-1">
          <h2 id="password">Password</h2>
          <p className="text-muted">Changing it signs out every other device.</p>
          <p className="hidden text-muted noscript:block">This needs JavaScript, which is off in this browser.</p>
        </div>
        <PasswordForm userName={user.name} />
      </section>

      <RecentActivity activity={activity} now={nowIso} />
    </div>
  );
}

/** The account: who is signed in, how long that lasts, where else, and the password. */
import type { Metadata } from 'next';
import { listActivity } from '../../lib/auth/activity.ts';
import { sessionView } from '../../lib/auth/session-view.ts';
import { listLiveSessions } from '../../lib/auth/sessions.ts';
import { getUser } from '../../lib/auth/users.ts';
import { NEW_PASSWORD_MIN_CHARS } from '../../lib/contract/session.ts';
import { database } from '../../lib/db/client.ts';
import { lastDatabaseTime } from '../../lib/db/clock.ts';
import { Instant } from '../_components/instant.tsx';
import { SignOutForm } from '../_components/sign-out-form.tsx';
import { pageData } from '../_server/page-data.ts';
import { requirePrincipal } from '../_server/principal.ts';
import { Devices } from './devices.tsx';
import { PasswordForm } from './password-form.tsx';
import { RecentActivity } from './recent-activity.tsx';
import { TokenDrawing } from './token-drawing.tsx';

const ACTIVITY_SHOWN = 10;

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage() {
  const principal = await requirePrincipal('/account');
  const db = database();
  const now = lastDatabaseTime();
  const [user, live, activity] = await pageData(
    Promise.all([
      getUser(db, principal.userId),
      listLiveSessions(db, principal.userId, now),
      listActivity(db, principal.userId, ACTIVITY_SHOWN),
    ]),
  );
  const sessions = live.map((session) => sessionView(session, principal.sessionId));
  const current = sessions.find((session) => session.current);
  const nowIso = now.toISOString();

  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex flex-col gap-1">
          <h1>Account</h1>
          <p className="text-muted">
            <span translate="no" className="font-medium wrap-anywhere text-ink">
              {user.name}
            </span>
            , here since <Instant at={user.createdAt.toISOString()} now={nowIso} show="date" />
          </p>
        </div>
        <SignOutForm />
      </div>

      {current && (
        <TokenDrawing
          issuedAt={principal.issuedAt.toISOString()}
          expiresAt={principal.expiresAt.toISOString()}
          sessionStartedAt={current.created_at}
          sessionExpiresAt={current.expires_at}
          now={nowIso}
        />
      )}

      <Devices sessions={sessions} now={nowIso} />

      <section aria-labelledby="password" className="sheet print:hidden flex flex-col gap-4 p-5">
        <div className="flex flex-col gap-1">
          <h2 id="password">Password</h2>
          <p className="text-muted">Changing it signs out every other device.</p>
        </div>
        <PasswordForm userName={user.name} minChars={NEW_PASSWORD_MIN_CHARS} />
      </section>

      <RecentActivity activity={activity} now={nowIso} />
    </div>
  );
}

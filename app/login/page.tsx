/** The sign-in page. */
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { proofNonce } from '../../lib/auth/binding/proof-nonce.ts';
import { hintedReason, readLoginHint } from '../../lib/auth/refresh/login-hint.ts';
import { isSessionEnd } from '../../lib/contract/sign-in-notice.ts';
import { lastDatabaseTime } from '../../lib/db/clock.ts';
import { env } from '../../lib/env.ts';
import { isRefreshNotice, pageRefreshPath, safePath } from '../../lib/http/safe-path.ts';
import { DEMO_USERS } from '../../lib/orders/demo-data.ts';
import { Brand } from '../_components/brand.tsx';
import { durationWords } from '../_components/duration-words.ts';
import { SessionStarter } from '../_components/session-starter.tsx';
import { noticeProblem, noticeSentence } from '../_components/sign-in-problem.ts';
import { mayBeSignedIn, sender } from '../_server/principal.ts';
import { LoginForm } from './login-form.tsx';

export const metadata: Metadata = { title: 'Sign in' };

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { returnTo, notice, retryAt, tried } = await searchParams;
  const target = safePath(returnTo);
  const { cookies } = await sender();
  // Only the access token expired; or the user is signed in and only a cookie of another path shows it.
  const hasHint = notice === undefined && cookies.session_hint.length > 0;
  const wasTried = tried !== undefined || isRefreshNotice(notice);
  if (!wasTried && (hasHint || (await mayBeSignedIn()))) redirect(pageRefreshPath(target, { fromLogin: true }));
  const { demoData, refreshTokenLifetimeSeconds } = env();
  const now = lastDatabaseTime();
  const hint = readLoginHint(cookies);
  const said = notice ?? (hint && hintedReason(hint, now));
  const reason = isSessionEnd(said) ? said : null;
  return (
    <main className="mx-auto flex min-h-dvh max-w-104 flex-col px-4 pt-12 pb-16 md:pt-[16dvh]">
      <SessionStarter user={null} proofNonce={proofNonce(now)} />
      <div className="mb-8 self-center">
        <Brand />
      </div>
      <div className="sheet flex flex-col gap-6 p-6 md:p-8">
        <div className="flex flex-col gap-2">
          <h1 className="text-20">Sign in</h1>
          {reason && (
            <p id="reason" className="text-muted">
              {noticeSentence(reason, { lifetimeSeconds: hint?.lifetime })}
            </p>
          )}
        </div>
        <LoginForm
          returnTo={target}
          name={hint?.name ?? ''}
          problem={notice === undefined || reason ? null : noticeProblem(notice, secondsUntil(retryAt, now))}
          reasonId={reason ? 'reason' : undefined}
          demo={demoData ? { name: DEMO_USERS[0].name, password: DEMO_USERS[0].password } : null}
        />
      </div>
      <p className="mt-6 text-center text-13 text-muted">
        You stay signed in on this device for {durationWords(refreshTokenLifetimeSeconds)}.
      </p>
    </main>
  );
}

/** `instant` is seconds since 1970 from the address; undefined for anything else. */
function secondsUntil(instant: unknown, now: Date): number | undefined {
  if (typeof instant !== 'string' || !/^\d{1,12}$/.test(instant)) return undefined;
  return Math.ceil(Number(instant) - now.getTime() / 1_000);
}

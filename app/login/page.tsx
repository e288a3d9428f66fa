/** The sign-in page. */
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { readCookie } from '../../lib/auth/cookies.ts';
import { env } from '../../lib/env.ts';
import { renewPath, safePath } from '../../lib/http/safe-path.ts';
import { DEMO_USERS } from '../../lib/orders/demo-data.ts';
import { Brand } from '../_components/brand.tsx';
import { durationWords } from '../_components/duration-words.ts';
import { ProofNonce } from '../_components/proof-nonce.tsx';
import { SessionStarter } from '../_components/session-starter.tsx';
import { findPrincipal } from '../_server/principal.ts';
import { LoginForm } from './login-form.tsx';
import { signInProblem } from './sign-in-problems.ts';

export const metadata: Metadata = { title: 'Sign in' };

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { returnTo, notice } = await searchParams;
  const target = safePath(returnTo);
  if (await findPrincipal()) redirect(target);
  // Signed in for 14 days, only the access token has run out. A notice says that this was tried.
  if (notice === undefined && readCookie(await headers(), 'session_hint')) redirect(renewPath(target));
  const { demoData, refreshTokenLifetimeSeconds } = env();
  return (
    <main className="mx-auto flex min-h-dvh max-w-104 flex-col px-4 pt-12 pb-16 md:pt-[16dvh]">
      <ProofNonce />
      <SessionStarter user={null} />
      <div className="mb-8 self-center">
        <Brand />
      </div>
      <div className="sheet flex flex-col gap-6 p-6 md:p-8">
        <h1 className="text-20">Sign in</h1>
        <LoginForm
          returnTo={target}
          problem={typeof notice === 'string' ? signInProblem(notice) : null}
          demo={demoData ? { name: DEMO_USERS[0].name, password: DEMO_USERS[0].password } : null}
        />
      </div>
      <p className="mt-6 text-center text-13 text-muted">
        You stay signed in on this device for {durationWords(refreshTokenLifetimeSeconds)}.
      </p>
    </main>
  );
}

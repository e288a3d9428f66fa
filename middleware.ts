/** Gives every page the policy with the nonce of its answer, and guards the pages of a signed-in user. The guard is a convenience: pages check again, beside their data. */
import { type NextRequest, NextResponse } from 'next/server';
import { findPrincipal } from './lib/auth/request/authenticate.ts';
import { readSender } from './lib/auth/request/sender.ts';
import { isDatabaseKnownAway } from './lib/auth/sessions/deny-set.ts';
import { database } from './lib/db/client.ts';
import { databaseTime } from './lib/db/clock.ts';
import { isDevelopment } from './lib/env.ts';
import { AppError } from './lib/errors.ts';
import { awayPage } from './lib/http/away-page.ts';
import { loginPath, pageRefreshPath } from './lib/http/safe-path.ts';
import { newNonce, pagePolicy, REPORTING_ENDPOINTS } from './lib/http/security-headers.ts';

// Never exempt prefetches by a header: any client can send it, and would get the page.
export const config = { runtime: 'nodejs', matcher: '/((?!api/|api$|_next/static/).*)' };

const GUARDED = /^\/(order|account)(\/|$)/;
const CSP = 'Content-Security-Policy';

export async function middleware(request: NextRequest): Promise<Response> {
  const policy = pagePolicy(newNonce(), { dev: isDevelopment() });
  const refusal = GUARDED.test(request.nextUrl.pathname) ? await guardPage(request) : undefined;
  const response = refusal ?? pass(request, policy);
  if (!response.headers.has(CSP)) response.headers.set(CSP, policy);
  response.headers.set('Reporting-Endpoints', REPORTING_ENDPOINTS);
  return response;
}

/** Next stamps its scripts with the nonce that it finds on the request. */
function pass({ headers }: NextRequest, policy: string): Response {
  const changed = new Headers(headers);
  changed.set(CSP, policy);
  return NextResponse.next({ request: { headers: changed } });
}

/** Undefined with a valid access token. Others are sent to be refreshed, and wait while the database is away. */
async function guardPage({ headers, nextUrl, method, url }: NextRequest): Promise<Response | undefined> {
  const isPrefetch = headers.has('next-router-prefetch') || headers.has('next-router-segment-prefetch');
  try {
    const principal = await findPrincipal(readSender(headers).credential, await databaseTime(database()));
    if (principal && !isDatabaseKnownAway()) return undefined;
    if (principal) throw new AppError('unavailable');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    // The open page stays, and its script asks again.
    return headers.has('rsc') ? empty(isPrefetch ? 204 : 503) : awayPage();
  }
  if (isPrefetch) return empty(204);
  // Anything but page data makes Next's router load the address as a document, which comes back here without `rsc`.
  if (headers.has('rsc')) return empty(200);
  nextUrl.searchParams.delete('_rsc');
  const returnTo = nextUrl.pathname + nextUrl.search;
  const target = method === 'GET' || method === 'HEAD' ? pageRefreshPath(returnTo) : loginPath(returnTo);
  return NextResponse.redirect(new URL(target, url), { status: 303, headers: { 'Cache-Control': 'no-store' } });
}

function empty(status: number): Response {
  const headers = {
    'Cache-Control': 'no-store',
    ...(status === 200 && { 'Content-Type': 'text/html; charset=utf-8' }),
  };
  return new Response(null, { status, headers });
}

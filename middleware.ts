/** Page requests under /order and /account without a live access token go to be renewed, and wait while the database is away. Only a convenience: the pages check again. */
import { type NextRequest, NextResponse } from 'next/server';
import { findPrincipal } from './lib/auth/request/authenticate.ts';
import { isDatabaseKnownAway } from './lib/auth/sessions/deny-set.ts';
import { database } from './lib/db/client.ts';
import { databaseTime } from './lib/db/clock.ts';
import { AppError } from './lib/errors.ts';
import { awayPage } from './lib/http/away-page.ts';
import { loginPath, renewPath } from './lib/http/safe-path.ts';

// Never exempt prefetches here by a header: whoever sends that header would be handed the page.
export const config = {
  runtime: 'nodejs',
  // The start script has found a live access token; nobody else can set this header.
  matcher: [
    { source: '/order/:path*', missing: [{ type: 'header', key: 'tandem-signed-in' }] },
    { source: '/account/:path*', missing: [{ type: 'header', key: 'tandem-signed-in' }] },
  ],
};

export async function middleware(request: NextRequest): Promise<Response> {
  const { headers, nextUrl } = request;
  const isPrefetch = headers.has('next-router-prefetch') || headers.has('next-router-segment-prefetch');
  try {
    const principal = await findPrincipal(headers, await databaseTime(database()));
    if (principal && !isDatabaseKnownAway()) return NextResponse.next();
    if (principal) throw new AppError('unavailable');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    // A page that is open stays, and asks again for the one that was clicked.
    return headers.has('rsc') ? empty(isPrefetch ? 204 : 503) : awayPage();
  }
  if (isPrefetch) return empty(204);
  // An answer that is no page data makes Next's router open the address as a document, which comes back here as one.
  if (headers.has('rsc')) return empty(200);
  nextUrl.searchParams.delete('_rsc');
  const returnTo = nextUrl.pathname + nextUrl.search;
  const target = request.method === 'GET' || request.method === 'HEAD' ? renewPath(returnTo) : loginPath(returnTo);
  return NextResponse.redirect(new URL(target, request.url), { status: 303, headers: { 'Cache-Control': 'no-store' } });
}

function empty(status: number): Response {
  const headers = {
    'Cache-Control': 'no-store',
    ...(status === 200 && { 'Content-Type': 'text/html; charset=utf-8' }),
  };
  return new Response(null, { status, headers });
}

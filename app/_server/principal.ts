/** Who is asking for this page: asked next to the data, once per render. Middleware is a convenience; this is the guard. */
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { findPrincipal as findPrincipalByHeaders, type Principal } from '../../lib/auth/request/authenticate.ts';
import { database } from '../../lib/db/client.ts';
import { databaseTime } from '../../lib/db/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { renewPath } from '../../lib/http/safe-path.ts';
import { pageData } from './page-data.ts';

export const findPrincipal = cache(
  async (): Promise<Principal | null> =>
    pageData(findPrincipalByHeaders(await headers(), await databaseTime(database()))),
);

/** Also true while nobody can say: the page that is asked for then waits for the answer. */
export async function mayBeSignedIn(): Promise<boolean> {
  try {
    return (await findPrincipal()) !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return true;
    throw error;
  }
}

/** Sends whoever is signed out to where a page is renewed, or to `/login` from there; `returnTo` is this page's own address. */
export async function requirePrincipal(returnTo: string): Promise<Principal> {
  return (await findPrincipal()) ?? redirect(renewPath(returnTo));
}

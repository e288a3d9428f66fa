/** Who is asking for this page: asked next to the data, once per render. Middleware is a convenience; this is the guard. */
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { findPrincipal as findPrincipalByHeaders, type Principal } from '../../lib/auth/authenticate.ts';
import { renewPath } from '../../lib/http/safe-path.ts';

export const findPrincipal = cache(
  async (): Promise<Principal | null> => findPrincipalByHeaders(await headers(), new Date()),
);

/** Sends whoever is signed out to where a page is renewed, or to `/login` from there; `returnTo` is this page's own address. */
export async function requirePrincipal(returnTo: string): Promise<Principal> {
  return (await findPrincipal()) ?? redirect(renewPath(returnTo));
}

/** The principal of a page, found next to the data, once per render. This is the guard; middleware is a convenience. */
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { findPrincipal as findPrincipalOf, type Principal } from '../../lib/auth/request/authenticate.ts';
import { readSender, type Sender } from '../../lib/auth/request/sender.ts';
import { database } from '../../lib/db/client.ts';
import { databaseTime } from '../../lib/db/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { pageRefreshPath } from '../../lib/http/safe-path.ts';
import { markOutage } from './mark-outage.ts';

export const sender = cache(async (): Promise<Sender> => readSender(await headers()));

export const findPrincipal = cache(
  async (): Promise<Principal | null> =>
    markOutage(findPrincipalOf((await sender()).credential, await databaseTime(database()))),
);

/** Also true while revocations are unknown: the page that opens next waits until they are known. */
export async function mayBeSignedIn(): Promise<boolean> {
  try {
    return (await findPrincipal()) !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return true;
    throw error;
  }
}

/** Without a principal, go to the refresh of a page, which goes on to `/login` if need be. `returnTo` is this page's own address. */
export async function requirePrincipal(returnTo: string): Promise<Principal> {
  return (await findPrincipal()) ?? redirect(pageRefreshPath(returnTo));
}

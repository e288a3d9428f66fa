/** Recognize a browser the user signed in from before, so that guesses from elsewhere do not lock it out. */
import { createHash } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import type { Caller } from '../caller/caller.ts';
import { networkOf } from '../caller/network.ts';
import { KNOWN_BROWSER_MEMORY_SECONDS } from './password-limits.ts';

/** No user has this id. It makes an unknown name cost the same query. */
const NOBODY = 0;

/**
 * Return an id for the network and user agent of a recent session of this user, or null. It grants nothing:
 * it only selects the counter for failed attempts. The network counts, not the address, which IPv6 browsers change daily.
 */
export async function findKnownBrowser(
  db: Db,
  userId: number | undefined,
  { address, userAgent }: Caller,
  now: Date,
): Promise<string | null> {
  const since = new Date(now.getTime() - KNOWN_BROWSER_MEMORY_SECONDS * 1_000);
  const known = await db
    .selectDistinct({ address: sessions.address })
    .from(sessions)
    .where(
      and(eq(sessions.userId, userId ?? NOBODY), eq(sessions.userAgent, userAgent), gt(sessions.createdAt, since)),
    );
  const network = networkOf(address);
  if (!known.some((session) => networkOf(session.address) === network)) return null;
  return createHash('sha256').update(`${userId}\0${network}\0${userAgent}`).digest('base64url');
}

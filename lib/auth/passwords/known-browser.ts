/** Recognises a browser that its user has signed in from before: guesses from elsewhere then do not lock it out. */
import { createHash } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import type { Caller } from '../caller/caller.ts';
import { networkOf } from '../caller/network.ts';
import { KNOWN_BROWSER_MEMORY_SECONDS } from './policy.ts';

/** No user has this id, so that an unknown name costs the same query. */
const NOBODY = 0;

/**
 * An id for the pair of network and program that a session of this user was started from lately, or null. No proof of anything: it opens
 * nothing, and only decides whose guesses are counted together. The network, since an IPv6 browser changes its address every day.
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

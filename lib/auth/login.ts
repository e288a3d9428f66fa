/** Signing in: the same work and the same answer whatever was wrong. */
import { eq } from 'drizzle-orm';
import type { User } from '../contract/session.ts';
import type { Db } from '../db/client.ts';
import { users } from '../db/schema.ts';
import { AppError } from '../errors.ts';
import { logEvent } from '../log.ts';
import { counted } from '../metrics.ts';
import { processWide } from '../process-wide.ts';
import { recordEvent } from './audit.ts';
import type { Caller } from './caller.ts';
import { tidyUp } from './housekeeping.ts';
import { findKnownBrowser } from './known-browser.ts';
import { countLoginAttempt } from './login-attempts.ts';
import { hashPassword, needsRehash, verifyPassword } from './password.ts';
import { LOGINS_AT_ONCE, LOGINS_WAITING_MAX } from './policy.ts';
import { sessionLabel } from './session-label.ts';
import { type Session, type SessionTerms, startSession, UNBOUND } from './sessions.ts';
import { newTurns } from './turns.ts';

export interface Credentials {
  name: string;
  pwd: string;
}

export interface SignedIn {
  user: User;
  session: Session;
}

/** Throws `invalid_credentials`, `rate_limited`, or `unavailable` when too many sign in at this moment. A flood of sign-ins waits here, before it costs anything. */
export function login(
  db: Db,
  credentials: Credentials,
  caller: Caller,
  now: Date,
  terms: SessionTerms = UNBOUND,
): Promise<SignedIn> {
  const limits = { atOnce: LOGINS_AT_ONCE, waitingMax: LOGINS_WAITING_MAX };
  const turns = processWide('login-turns', () => newTurns(limits));
  return counted('login', () => turns.take(() => checkAndStart(db, credentials, caller, now, terms)));
}

async function checkAndStart(
  db: Db,
  { name, pwd }: Credentials,
  caller: Caller,
  now: Date,
  terms: SessionTerms,
): Promise<SignedIn> {
  await tidyUp(db, now);
  const [user] = await db.select().from(users).where(eq(users.name, name));
  const browserId = await findKnownBrowser(db, user?.id, caller, now);
  const attempt = await countLoginAttempt(db, name, { address: caller.address, browserId });
  const matches = await verifyPassword(pwd, user?.passwordHash);
  if (!user || !matches || user.disabledAt) {
    await recordEvent(db, { event: 'authn_login_fail', userId: user?.id ?? null, caller });
    throw new AppError('invalid_credentials');
  }
  await attempt.succeeded();
  if (needsRehash(user.passwordHash)) {
    await db
      .update(users)
      .set({ passwordHash: await hashPassword(pwd) })
      .where(eq(users.id, user.id));
  }
  const session = await startSession(db, user.id, caller, now, terms);
  logEvent('session_created', { user_id: user.id, sid: sessionLabel(session.id), bound: session.jkt ? 'yes' : 'no' });
  await recordEvent(db, { event: 'authn_login_success', userId: user.id, sessionId: session.id, caller });
  return { user: { id: user.id, name: user.name }, session };
}

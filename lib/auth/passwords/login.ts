/** Sign in with a name and a password: the same work and the same answer for every failure. */
import { and, eq, isNull } from 'drizzle-orm';
import type { User } from '../../contract/session.ts';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import { logEvent } from '../../log.ts';
import { counted } from '../../metrics.ts';
import { processWide } from '../../process-wide.ts';
import type { Caller } from '../caller/caller.ts';
import { recordEvent } from '../sessions/audit.ts';
import { denySessions } from '../sessions/deny-set.ts';
import { tidyUp } from '../sessions/housekeeping.ts';
import { sessionLabel } from '../sessions/session-label.ts';
import {
  findHintedSession,
  type HintedSession,
  isSession,
  markRevoked,
  type RevokedSession,
  type Session,
  type SessionOfUser,
  type SessionTerms,
  startSession,
  UNBOUND,
} from '../sessions/sessions.ts';
import { findKnownBrowser } from './known-browser.ts';
import { countLoginAttempt } from './login-attempts.ts';
import { hashPassword, needsRehash, type PasswordMatch, verifyPassword } from './password.ts';
import { LOGINS_AT_ONCE, LOGINS_WAITING_MAX } from './password-limits.ts';
import { Semaphore } from './semaphore.ts';
import { findUserByName, type UserRow } from './users.ts';

export interface SignedIn {
  user: User;
  session: Session;
}

interface SignIn {
  name: string;
  pwd: string;
  caller: Caller;
  now: Date;
  terms: SessionTerms;
  /** The browser's previous session; it is revoked when the new one starts (ASVS 7.2.4). */
  previous: SessionOfUser | HintedSession | null;
}

/** Throws `invalid_credentials`, `rate_limited`, or `unavailable` when the queue is full. Sign-ins queue here before they cost anything. */
export function login(
  db: Db,
  { name, pwd }: Pick<SignIn, 'name' | 'pwd'>,
  caller: Caller,
  now: Date,
  terms: SessionTerms = UNBOUND,
  previous: SignIn['previous'] = null,
): Promise<SignedIn> {
  const limits = { atOnce: LOGINS_AT_ONCE, waitingMax: LOGINS_WAITING_MAX };
  const semaphore = processWide('login-semaphore', () => new Semaphore(limits));
  const signedIn = semaphore.run(() => checkAndStart(db, { name, pwd, caller, now, terms, previous }));
  return counted('login', signedIn);
}

async function checkAndStart(db: Db, signIn: SignIn): Promise<SignedIn> {
  const { name, caller, now } = signIn;
  await tidyUp(db, now);
  const found = await findUserByName(db, name);
  const browserId = await findKnownBrowser(db, found?.id, caller, now);
  const attempt = await countLoginAttempt(db, name, { address: caller.address, browserId });
  const verified = await requirePassword(db, found, signIn);
  const session = (await start(db, verified, signIn)) ?? (await startOnceMore(db, verified, signIn));
  await attempt.succeeded();
  const { userId, id: sessionId, jkt } = session;
  logEvent('session_created', { user_id: userId, sid: sessionLabel(sessionId), bound: jkt ? 'yes' : 'no' });
  await recordEvent(db, { event: 'authn_login_success', userId, sessionId, caller });
  return { user: { id: userId, name: verified.name }, session };
}

/** A user with a correct password, and the row as it was then. */
interface VerifiedUser extends UserRow {
  match: PasswordMatch;
}

async function requirePassword(db: Db, user: UserRow | undefined, { pwd, caller }: SignIn): Promise<VerifiedUser> {
  const match = await verifyPassword(pwd, user?.passwordHash);
  if (user && match && !user.disabledAt) return { ...user, match };
  await recordEvent(db, { event: 'authn_login_fail', userId: user?.id ?? null, caller });
  throw new AppError('invalid_credentials', { isLogged: true });
}

/** Return null if the row changed since verification: new password, disabled user, or all sessions revoked. */
async function start(
  db: Db,
  verified: VerifiedUser,
  { pwd, caller, now, terms, previous }: SignIn,
): Promise<Session | null> {
  const { id, passwordHash, sessionEpoch, match } = verified;
  const newHash = match === 'raw' || needsRehash(passwordHash) ? await hashPassword(pwd) : null;
  let replaced: RevokedSession[] = [];
  const session = await db.transaction(async (transaction) => {
    // Locks the row until the session exists: a concurrent change waits, and then revokes this session too.
    const [unchanged] = await transaction
      .select({ id: users.id })
      .from(users)
      .where(
        and(
          eq(users.id, id),
          eq(users.passwordHash, passwordHash),
          eq(users.sessionEpoch, sessionEpoch),
          isNull(users.disabledAt),
        ),
      )
      .for('no key update');
    if (!unchanged) return null;
    if (newHash) await transaction.update(users).set({ passwordHash: newHash }).where(eq(users.id, id));
    const found = await previousSession(transaction, previous, id, now);
    if (found) replaced = await markRevoked(transaction, 'signed_in_again', isSession(found));
    return startSession(transaction, id, caller, now, terms);
  });
  denySessions(replaced);
  return session;
}

/** A hint is no proof. Without this check a client could revoke another user's session. */
async function previousSession(
  db: Db,
  previous: SignIn['previous'],
  userId: number,
  now: Date,
): Promise<SessionOfUser | null> {
  if (!previous || 'sessionId' in previous) return previous;
  return previous.userId === userId ? findHintedSession(db, previous, now) : null;
}

/** A concurrent sign-in may have replaced a weak hash; then this one still succeeds. Any other change refuses it. */
async function startOnceMore(db: Db, before: VerifiedUser, signIn: SignIn): Promise<Session> {
  const verified = await requirePassword(db, await findUserByName(db, signIn.name), signIn);
  const isSameUser = verified.id === before.id && verified.sessionEpoch === before.sessionEpoch;
  const session = isSameUser ? await start(db, verified, signIn) : null;
  if (!session) throw new AppError('unavailable');
  return session;
}

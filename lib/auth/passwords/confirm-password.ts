/** Ask for the password again before actions for which an unlocked screen is not enough. */
import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import type { Caller } from '../caller/caller.ts';
import type { Principal } from '../request/authenticate.ts';
import { findSession } from '../sessions/sessions.ts';
import { countLoginAttempt } from './login-attempts.ts';
import { verifyPassword } from './password.ts';
import { RECENT_SIGN_IN_SECONDS } from './password-limits.ts';
import type { UserRow } from './users.ts';

/** Throws `invalid_credentials` or `rate_limited`; failures count as those of a known browser. */
export async function confirmPassword(
  db: Db,
  { userId, sessionId }: Principal,
  pwd: string,
  caller: Caller,
): Promise<UserRow> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user) throw new AppError('invalid_credentials');
  const attempt = await countLoginAttempt(db, user.name, { address: caller.address, browserId: sessionId });
  if (!(await verifyPassword(pwd, user.passwordHash)))
    throw new AppError('invalid_credentials', { message: 'Wrong password.' });
  await attempt.succeeded();
  return user;
}

/** Throws `reauthentication_required` unless the sign-in is recent or the password is given and right. */
export async function requireRecentSignIn(
  db: Db,
  principal: Principal,
  pwd: string | undefined,
  caller: Caller,
  now: Date,
): Promise<void> {
  if (pwd !== undefined) {
    await confirmPassword(db, principal, pwd, caller).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'invalid_credentials') throw error;
      throw new AppError('reauthentication_required', { message: 'Wrong password.', cause: error });
    });
    return;
  }
  const session = await findSession(db, principal.sessionId);
  const ageMs = session ? now.getTime() - session.createdAt.getTime() : Number.POSITIVE_INFINITY;
  // A sign-in in the future is not recent: the clock was set back.
  if (Math.abs(ageMs) > RECENT_SIGN_IN_SECONDS * 1_000) throw new AppError('reauthentication_required');
}

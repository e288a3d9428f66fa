/** Change the password and revoke every earlier session, in one transaction. */
import { and, eq } from 'drizzle-orm';
import type { ChangePasswordBody } from '../../contract/session.ts';
import type { Db } from '../../db/client.ts';
import { isDatabaseAway } from '../../db/failures.ts';
import { users } from '../../db/schema.ts';
import { AppError, fieldError } from '../../errors.ts';
import type { Caller } from '../caller/caller.ts';
import type { Principal } from '../request/authenticate.ts';
import { recordEvent } from '../sessions/audit.ts';
import { denySessions } from '../sessions/deny-set.ts';
import { isOther, markRevoked, replaceSession } from '../sessions/sessions.ts';
import { confirmPassword } from './confirm-password.ts';
import type { SignedIn } from './login.ts';
import { hashPassword } from './password.ts';
import { PASSWORD_CHANGE_WINDOW_SECONDS, PASSWORD_CHANGES_PER_USER } from './password-limits.ts';
import { passwordProblem } from './password-strength.ts';
import { preparedPassword } from './prepared-text.ts';
import { counter } from './rate-limit.ts';

const LIMIT = {
  name: 'password change',
  count: PASSWORD_CHANGES_PER_USER,
  windowSeconds: PASSWORD_CHANGE_WINDOW_SECONDS,
};

/** A connection lost at the commit leaves open whether the password changed. */
const LOST = 'The connection to the database broke off. Your password may have been changed: try the new one first.';

/** Count one request before reading its body, since judging and hashing are expensive. Throws `rate_limited`. */
export async function countPasswordChange(db: Db, userId: number): Promise<void> {
  await counter(db, LIMIT, String(userId)).count();
}

/**
 * Revoke every other session. A browser's own session is revoked too, since its cookies may have been copied, and continues as the returned one.
 * A session used through `Authorization` stays, and null is returned: the answer has no body for new tokens.
 *
 * Throws `invalid_credentials` for a wrong current password (also when another change came first) and `invalid_request` for a weak new one.
 */
export async function changePassword(
  db: Db,
  principal: Principal,
  change: ChangePasswordBody,
  caller: Caller,
  now: Date,
): Promise<SignedIn | null> {
  const { userId } = principal;
  const user = await confirmPassword(db, principal, change.current, caller);
  const problem = await passwordProblem(preparedPassword(change.new), user.name);
  if (problem) throw fieldError('new', problem);
  const passwordHash = await hashPassword(change.new);
  let isCommitting = false;
  const changing = db.transaction(async (transaction) => {
    const changed = await transaction
      .update(users)
      .set({ passwordHash, passwordChangedAt: now })
      .where(and(eq(users.id, userId), eq(users.passwordHash, user.passwordHash)))
      .returning({ id: users.id });
    if (changed.length === 0) throw new AppError('invalid_credentials', { message: 'Wrong password.' });
    const result = await revokeOthers(transaction, principal, now);
    isCommitting = true;
    return result;
  });
  const { session, revoked } = await changing.catch((error: unknown) => {
    throw isCommitting && isDatabaseAway(error) ? new AppError('unavailable', { message: LOST, cause: error }) : error;
  });
  denySessions(revoked);
  const sessionId = session?.id ?? principal.sessionId;
  await recordEvent(db, { event: 'authn_password_change', userId, sessionId, caller });
  return session && { user: { id: userId, name: user.name }, session };
}

async function revokeOthers(transaction: Db, principal: Principal, now: Date) {
  const { userId, sessionId, via } = principal;
  const session = via === 'cookie' ? await replaceSession(transaction, principal, now) : null;
  const others = isOther(userId, session?.id ?? sessionId);
  const revoked = await markRevoked(transaction, 'password_changed', others);
  return { session, revoked: session ? [{ id: sessionId }, ...revoked] : revoked };
}

/** Operators' actions on users and their sessions. Running servers apply them within `REVOCATION_LAG`. */
import { and, asc, desc, eq } from 'drizzle-orm';
import { USER_NAME_MAX_CHARS } from '../../contract/limits.ts';
import type { Db } from '../../db/client.ts';
import { sessions, users } from '../../db/schema.ts';
import type { Caller } from '../caller/caller.ts';
import { recordEvent } from '../sessions/audit.ts';
import { denySessions } from '../sessions/deny-set.ts';
import { isLive, markAllRevoked, type RevokedSession } from '../sessions/sessions.ts';
import { forgetLoginFailures } from './login-attempts.ts';
import { hashPassword } from './password.ts';
import { passwordProblem } from './password-strength.ts';
import { nameProblem, preparedName, preparedPassword } from './prepared-text.ts';
import { findUserByName } from './users.ts';

/** A refused action: one sentence for the operator. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

/** Shown in the user's recent activity. */
const OPERATOR: Caller = { address: '', userAgent: 'Tandem operator' };

/** Throws `OperatorError` for an invalid name, a name taken in any spelling, and a weak password. */
export async function addUser(db: Db, name: string, password: string): Promise<void> {
  const problem = nameProblem(name, USER_NAME_MAX_CHARS);
  if (problem) throw new OperatorError(problem);
  const row = { name, nameKey: preparedName(name), passwordHash: await hashOf(name, password) };
  const added = await db.insert(users).values(row).onConflictDoNothing().returning({ id: users.id });
  if (added.length === 0) throw new OperatorError(`There is a user ${name} already.`);
}

/** Set the password and revoke every session of the user. Returns the number of revoked sessions. */
export async function setPassword(db: Db, name: string, password: string, now: Date): Promise<number> {
  const id = await idOf(db, name);
  const passwordHash = await hashOf(name, password);
  const ended = await db.transaction(async (transaction) => {
    await transaction.update(users).set({ passwordHash, passwordChangedAt: now }).where(eq(users.id, id));
    await forgetLoginFailures(transaction, name);
    return markAllRevoked(transaction, id, 'password_changed');
  });
  await recordEvent(db, { event: 'authn_password_change', userId: id, caller: OPERATOR });
  return denyAndRecord(db, ended);
}

/** Revoke every session of the user and refuse new ones. Returns the number of revoked sessions. */
export async function disableUser(db: Db, name: string, now: Date): Promise<number> {
  const id = await idOf(db, name);
  const ended = await db.transaction(async (transaction) => {
    await transaction.update(users).set({ disabledAt: now }).where(eq(users.id, id));
    return markAllRevoked(transaction, id, 'user_disabled');
  });
  return denyAndRecord(db, ended);
}

/** Allow sign-ins again. Revoked sessions stay revoked. */
export async function enableUser(db: Db, name: string): Promise<void> {
  await db
    .update(users)
    .set({ disabledAt: null })
    .where(eq(users.id, await idOf(db, name)));
}

export async function unlockUser(db: Db, name: string): Promise<void> {
  await idOf(db, name);
  await forgetLoginFailures(db, name);
}

/** `isPrepared` is false if another user's name differs only in case, width or blanks: then only the exact spelling signs in. */
export async function listUsers(db: Db) {
  const rows = await db.select().from(users).orderBy(asc(users.name));
  return rows.map(({ name, disabledAt, nameKey }) => ({ name, disabledAt, isPrepared: nameKey !== null }));
}

/** Live sessions of one user or of all users, newest first. */
export async function listSessions(db: Db, now: Date, name?: string) {
  const userId = name === undefined ? undefined : await idOf(db, name);
  return db
    .select({
      userName: users.name,
      userAgent: sessions.userAgent,
      address: sessions.address,
      createdAt: sessions.createdAt,
      lastRefreshedAt: sessions.lastRefreshedAt,
      expiresAt: sessions.expiresAt,
      jkt: sessions.jkt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(isLive(now), userId === undefined ? undefined : eq(users.id, userId)))
    .orderBy(asc(users.name), desc(sessions.createdAt));
}

/** Revoke the sessions of one user, or of all users without a name. Returns the number of revoked sessions. */
export async function endSessions(db: Db, name?: string): Promise<number> {
  const which = name === undefined ? 'everybody' : await idOf(db, name);
  const ended = await db.transaction((transaction) => markAllRevoked(transaction, which, 'ended_by_operator'));
  return denyAndRecord(db, ended);
}

async function idOf(db: Db, name: string): Promise<number> {
  const user = await findUserByName(db, name);
  if (!user) throw new OperatorError(`There is no user ${name}.`);
  return user.id;
}

async function hashOf(name: string, password: string): Promise<string> {
  const problem = await passwordProblem(preparedPassword(password), name);
  if (problem) throw new OperatorError(problem);
  return hashPassword(password);
}

async function denyAndRecord(db: Db, ended: RevokedSession[]): Promise<number> {
  denySessions(ended);
  for (const { id: sessionId, userId } of ended)
    await recordEvent(db, { event: 'session_revoked', userId, sessionId, caller: OPERATOR });
  return ended.length;
}

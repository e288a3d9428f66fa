/** Sessions: one sign-in on one device, from its start to its expiry or revocation. */
import { and, eq, getTableColumns, gt, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { SignInNotice } from '../../contract/sign-in-notice.ts';
import type { Db } from '../../db/client.ts';
import { sessions, users } from '../../db/schema.ts';
import { env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import type { Caller } from '../caller/caller.ts';
import { randomId } from '../tokens/random-id.ts';
import type { RefreshTokenClaims } from '../tokens/refresh-token.ts';
import { denySessions } from './deny-set.ts';
import { REPLACED_GRACE_SECONDS } from './session-limits.ts';

/** Why a session was revoked. Kept in the row, and shown where its user signs in again. */
export type RevocationReason = Extract<
  SignInNotice,
  | 'signed_out'
  | 'signed_in_again'
  | 'ended_by_user'
  | 'password_changed'
  | 'user_disabled'
  | 'key_mismatch'
  | 'ended_by_operator'
>;

/** The reason of a session in which the password was changed: its browser goes on with another session. */
export const REPLACED = 'password_changed_here';

/** The row without the counts and keys of its refreshes. */
export type Session = Pick<SessionRow, keyof typeof SESSION_COLUMNS>;
export type SessionRow = typeof sessions.$inferSelect;

export interface SessionOfUser {
  userId: number;
  sessionId: string;
}

export interface SessionTerms {
  /** Thumbprint of the proof key to bind; null for none. */
  jkt: string | null;
  needRefreshToken: boolean;
}

export const UNBOUND: SessionTerms = { jkt: null, needRefreshToken: true };

export const SESSION_COLUMNS = {
  id: sessions.id,
  userId: sessions.userId,
  refreshJti: sessions.refreshJti,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  lastRefreshedAt: sessions.lastRefreshedAt,
  userAgent: sessions.userAgent,
  address: sessions.address,
  jkt: sessions.jkt,
  dbscId: sessions.dbscId,
  dbscAt: sessions.dbscAt,
};

/** Every process compares this instant with the database's clock. */
const REVOKED_AT = sql`now()`;

/** Without a refresh token a session expires with its one access token. */
export async function startSession(
  db: Db,
  userId: number,
  caller: Caller,
  now: Date,
  { jkt, needRefreshToken }: SessionTerms = UNBOUND,
): Promise<Session> {
  const { accessTokenLifetimeSeconds, refreshTokenLifetimeSeconds } = env();
  const lifetimeSeconds = needRefreshToken ? refreshTokenLifetimeSeconds : accessTokenLifetimeSeconds;
  const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1_000);
  const started = { id: randomId(), userId, refreshJti: randomId(), createdAt: now, expiresAt, jkt, ...caller };
  await db.insert(sessions).values({ ...started, refreshesSince: now });
  return { ...started, lastRefreshedAt: null, dbscId: null, dbscAt: null };
}

/** One statement: change the live session that fits `which`. Null if there is none. */
export async function updateSession(
  db: Db,
  now: Date,
  which: SQL | undefined,
  set: PgUpdateSetSource<typeof sessions>,
): Promise<Session | null> {
  const live = and(which, isLiveOfUser(now));
  const [updated] = await db.update(sessions).set(set).from(users).where(live).returning(SESSION_COLUMNS);
  return updated ?? null;
}

/** The live session that fits `which`. */
export async function findLiveSession(db: Db, now: Date, which: SQL | undefined): Promise<SessionRow | null> {
  const [found] = await db
    .select(getTableColumns(sessions))
    .from(sessions)
    .innerJoin(users, and(which, isLiveOfUser(now)));
  return found ?? null;
}

/** The session of this refresh token, live or not. */
export function isOfToken({ sid, user_id, jti }: RefreshTokenClaims): SQL | undefined {
  return and(eq(sessions.id, sid), eq(sessions.userId, user_id), eq(sessions.refreshJti, jti));
}

export async function findSession(db: Db, sessionId: string): Promise<Session | null> {
  const [found] = await db.select(SESSION_COLUMNS).from(sessions).where(eq(sessions.id, sessionId));
  return found ?? null;
}

/** True if it was live. From here on its refresh token is refused everywhere, and its access token by this process. */
export async function revokeSession(
  db: Db,
  userId: number,
  sessionId: string,
  reason: RevocationReason,
): Promise<boolean> {
  return (await revoke(db, reason, isSession({ userId, sessionId }))).length > 0;
}

/** Revoke all but the one given; return the ids of those that were live. */
export function revokeOtherSessions(
  db: Db,
  userId: number,
  keptId: string,
  reason: RevocationReason,
): Promise<string[]> {
  return revoke(db, reason, isOther(userId, keptId));
}

async function revoke(db: Db, reason: RevocationReason, which: SQL | undefined): Promise<string[]> {
  const revoked = await markRevoked(db, reason, which);
  denySessions(revoked);
  return revoked.map(({ id }) => id);
}

export interface RevokedSession {
  id: string;
  userId: number;
}

/**
 * For a transaction: only the rows. After the commit its caller passes what this returns, the sessions that were live, to `denySessions`;
 * a rollback leaves them live.
 */
export function markRevoked(
  transaction: Db,
  reason: RevocationReason,
  which: SQL | undefined,
): Promise<RevokedSession[]> {
  return transaction
    .update(sessions)
    .set({ revokedAt: REVOKED_AT, revokedReason: reason })
    .where(and(which, isNull(sessions.revokedAt)))
    .returning({ id: sessions.id, userId: sessions.userId });
}

/** The same for every session of one user, or of all users. */
export async function markAllRevoked(
  transaction: Db,
  userId: number | 'everybody',
  reason: RevocationReason,
): Promise<RevokedSession[]> {
  const isAffected = (column: PgColumn) => (userId === 'everybody' ? undefined : eq(column, userId));
  // First: a sign-in locks the user's row while it starts a session, so it is seen here or sees this.
  await transaction
    .update(users)
    .set({ sessionEpoch: sql`${users.sessionEpoch} + 1` })
    .where(isAffected(users.id));
  return markRevoked(transaction, reason, isAffected(sessions.userId));
}

/** True if a change of the password gave the browser of this refresh token another session within the last seconds. */
export async function wasJustReplaced(db: Db, claims: RefreshTokenClaims, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - REPLACED_GRACE_SECONDS * 1_000);
  const replaced = and(isOfToken(claims), eq(sessions.revokedReason, REPLACED), gt(sessions.revokedAt, since));
  return (await db.$count(sessions, replaced)) > 0;
}

/** The session hint of a browser without an access token. Anybody can write one, so it is good for the user's own sessions only. */
export interface HintedSession {
  userId: number;
  /** When its last access token was issued, in whole seconds. */
  issuedAtSeconds: number;
  userAgent: string;
}

/** The live session that the hint fits; null where it fits none or several. */
export async function findHintedSession(
  db: Db,
  { userId, issuedAtSeconds, userAgent }: HintedSession,
  now: Date,
): Promise<SessionOfUser | null> {
  const issuedAt = sql`floor(extract(epoch from coalesce(${sessions.lastRefreshedAt}, ${sessions.createdAt})))`;
  const [found, another] = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        eq(sessions.userAgent, userAgent),
        sql`${issuedAt} = ${issuedAtSeconds}::bigint`,
        isLive(now),
      ),
    )
    .limit(2);
  return found && !another ? { userId, sessionId: found.id } : null;
}

/**
 * For a transaction: revoke the session of this browser, and start another one bound to the same keys, with its full lifetime again.
 * After the commit the old id goes to `denySessions`. Throws `invalid_token` when the session is not live.
 */
export async function replaceSession(transaction: Db, session: SessionOfUser, now: Date): Promise<Session> {
  const which = and(isSession(session), isLive(now));
  const [old] = await transaction.select().from(sessions).where(which).for('update');
  if (!old) throw new AppError('invalid_token');
  // `dbscId` is unique.
  const end = { dbscId: null, revokedAt: REVOKED_AT, revokedReason: REPLACED };
  await transaction.update(sessions).set(end).where(which);
  const expiresAt = new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
  const ids = { id: randomId(), refreshJti: randomId() };
  const next = { ...old, ...ids, createdAt: now, expiresAt, lastRefreshedAt: null };
  await transaction.insert(sessions).values(next);
  return next;
}

export function isSession({ userId, sessionId }: SessionOfUser): SQL | undefined {
  return and(eq(sessions.userId, userId), eq(sessions.id, sessionId));
}

export function isOther(userId: number, keptId: string): SQL | undefined {
  return and(eq(sessions.userId, userId), ne(sessions.id, keptId));
}

/** Needs `users` beside `sessions` in the statement. */
function isLiveOfUser(now: Date): SQL | undefined {
  return and(isLive(now), eq(users.id, sessions.userId), isNull(users.disabledAt));
}

export function isLive(now: Date): SQL | undefined {
  return and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now));
}

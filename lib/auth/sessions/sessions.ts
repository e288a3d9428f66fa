/** Sessions: one sign-in on one device, from its start to its end. */
import { and, eq, gt, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { SignInNotice } from '../../contract/sign-in-notice.ts';
import type { Db } from '../../db/client.ts';
import { type EcPublicKey, sessions, users } from '../../db/schema.ts';
import { env } from '../../env.ts';
import type { Caller } from '../caller/caller.ts';
import { randomId } from '../tokens/random-id.ts';
import type { RefreshTokenClaims } from '../tokens/refresh-token.ts';
import { denySessions } from './deny-set.ts';
import { RENAMED_GRACE_SECONDS } from './policy.ts';

/** Why a session ended before its time; kept in the row, and shown where its user signs in again. */
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

/** The password was changed in it: its browser goes on with another session. */
export const RENAMED = 'password_changed_here';

export interface Session {
  id: string;
  userId: number;
  refreshJti: string;
  createdAt: Date;
  /** The refresh token's end; nothing moves it. */
  expiresAt: Date;
  lastRefreshedAt: Date | null;
  userAgent: string;
  address: string;
  /** Thumbprint of the browser's key; null for a session without one. */
  jkt: string | null;
  /** What the browser calls it where it has bound the session by itself, and since when it renews it: from then on nobody else does. */
  dbscId: string | null;
  dbscAt: Date | null;
}

export interface SessionOfUser {
  userId: number;
  sessionId: string;
}

/** What a session starts with. */
export interface SessionTerms {
  /** Thumbprint of the key it is bound to; null for none. */
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

/** A session that gets no refresh token ends with its one access token. */
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

/** One statement: finds the live session that a refresh token names, and changes it where `where` holds too; null where none is met. */
export function updateSession(db: Db, claims: RefreshTokenClaims, now: Date, change: Change): Promise<Session | null> {
  return update(db, isNamedBy(claims, now), change);
}

/** The same for the session that a browser renews by itself and calls `dbscId`. */
export function updateSessionOfBrowser(db: Db, dbscId: string, now: Date, change: Change): Promise<Session | null> {
  return update(db, and(eq(sessions.dbscId, dbscId), isLiveOfUser(now)), change);
}

interface Change {
  set: PgUpdateSetSource<typeof sessions>;
  where?: SQL | undefined;
}

async function update(db: Db, which: SQL | undefined, { set, where }: Change): Promise<Session | null> {
  const [updated] = await db.update(sessions).set(set).from(users).where(and(which, where)).returning(SESSION_COLUMNS);
  return updated ?? null;
}

/** The live session that a browser calls by this name, and the key it has bound it to. */
export async function findSessionOfBrowser(db: Db, dbscId: string, now: Date): Promise<{ key: EcPublicKey } | null> {
  const [found] = await db
    .select({ key: sessions.dbscKey })
    .from(sessions)
    .innerJoin(users, and(eq(sessions.dbscId, dbscId), isLiveOfUser(now)));
  return found?.key ? { key: found.key } : null;
}

/** What its refreshes have left behind, for saying why one more was refused. */
export interface RefreshingSession extends Session {
  refreshes: number;
  refreshesSince: Date;
  proofSeen: string[];
}

/** The live session that a refresh token names. */
export async function findSessionByToken(
  db: Db,
  claims: RefreshTokenClaims,
  now: Date,
): Promise<RefreshingSession | null> {
  const { refreshes, refreshesSince, proofSeen } = sessions;
  const [found] = await db
    .select({ ...SESSION_COLUMNS, refreshes, refreshesSince, proofSeen })
    .from(sessions)
    .innerJoin(users, isNamedBy(claims, now));
  return found ?? null;
}

export async function findSession(db: Db, sessionId: string): Promise<Session | null> {
  const [found] = await db.select(SESSION_COLUMNS).from(sessions).where(eq(sessions.id, sessionId));
  return found ?? null;
}

/** True if it was live. After this the refresh token renews nothing, and this process refuses the access token. */
export async function revokeSession(
  db: Db,
  userId: number,
  sessionId: string,
  reason: RevocationReason,
): Promise<boolean> {
  const revoked = await revoke(db, reason, and(eq(sessions.userId, userId), eq(sessions.id, sessionId)));
  return revoked.length > 0;
}

/** All but the one given; returns the ids of those that were live. */
export function revokeOtherSessions(
  db: Db,
  userId: number,
  keptId: string,
  reason: RevocationReason,
): Promise<string[]> {
  return revoke(db, reason, others(userId, keptId));
}

/** For a transaction: only the rows. Its caller commits and hands the ids to `denySessions`, since a rollback would leave them live. */
export async function markOtherSessionsRevoked(
  transaction: Db,
  userId: number,
  keptId: string,
  reason: RevocationReason,
): Promise<string[]> {
  return (await markRevoked(transaction, reason, others(userId, keptId))).map(({ id }) => id);
}

export interface RevokedSession {
  id: string;
  userId: number;
}

/** The same for every session of one user, or of all users. */
export async function markAllSessionsRevoked(
  transaction: Db,
  userId: number | 'everybody',
  reason: RevocationReason,
): Promise<RevokedSession[]> {
  await stopSignIns(transaction, userId === 'everybody' ? undefined : eq(users.id, userId));
  return markRevoked(transaction, reason, userId === 'everybody' ? undefined : eq(sessions.userId, userId));
}

/** For a transaction, like the two above: the one session that a sign-in takes the place of. */
export async function markSessionReplaced(transaction: Db, { userId, sessionId }: SessionOfUser): Promise<string[]> {
  const replaced = and(eq(sessions.userId, userId), eq(sessions.id, sessionId));
  return (await markRevoked(transaction, 'signed_in_again', replaced)).map(({ id }) => id);
}

/** The same for the session that a change of password takes place in, and that `renameSession` has made a new one of. */
export async function markSessionRenamed(transaction: Db, { userId, sessionId }: SessionOfUser): Promise<string[]> {
  const renamed = and(eq(sessions.userId, userId), eq(sessions.id, sessionId));
  return (await markRevoked(transaction, RENAMED, renamed)).map(({ id }) => id);
}

/** Whether the browser of this refresh token has been given the cookies of a renamed session within the last seconds. */
export async function wasJustRenamed(db: Db, { sid, user_id, jti }: RefreshTokenClaims, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - RENAMED_GRACE_SECONDS * 1_000);
  const [found] = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, sid),
        eq(sessions.userId, user_id),
        eq(sessions.refreshJti, jti),
        eq(sessions.revokedReason, RENAMED),
        gt(sessions.revokedAt, since),
      ),
    );
  return found !== undefined;
}

/** What a browser still says of its session when the access token is gone. Anybody can write it, so it is good for the user's own sessions only. */
export interface HintedSession {
  userId: number;
  /** When its last access token was issued, in whole seconds. */
  issuedAtSeconds: number;
  userAgent: string;
}

/** The live session that the hint fits, or null where it fits none, or several. */
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
 * For a transaction that revokes the old one with all others: the session of this browser goes on under another id and another refresh token,
 * bound to the same keys, for as long as it was given at first. Null when it is over.
 */
export async function renameSession(
  transaction: Db,
  { userId, sessionId }: SessionOfUser,
  now: Date,
): Promise<Session | null> {
  const which = and(eq(sessions.userId, userId), eq(sessions.id, sessionId), isLive(now));
  const [old] = await transaction.select().from(sessions).where(which).for('update');
  if (!old) return null;
  // What a browser calls its session is unique.
  await transaction.update(sessions).set({ dbscId: null }).where(which);
  const expiresAt = new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
  const ids = { id: randomId(), refreshJti: randomId() };
  const renamed = { ...old, ...ids, createdAt: now, expiresAt, lastRefreshedAt: null };
  const [session] = await transaction.insert(sessions).values(renamed).returning(SESSION_COLUMNS);
  return session ?? null;
}

/** Before the sessions: a sign-in holds the user's row while it starts one, so it is either seen here or sees this. */
async function stopSignIns(transaction: Db, which: SQL | undefined): Promise<void> {
  await transaction
    .update(users)
    .set({ sessionEpoch: sql`${users.sessionEpoch} + 1` })
    .where(which);
}

async function revoke(db: Db, reason: RevocationReason, which: SQL | undefined): Promise<string[]> {
  const ids = (await markRevoked(db, reason, which)).map(({ id }) => id);
  denySessions(ids);
  return ids;
}

function markRevoked(
  db: Db,
  reason: RevocationReason | typeof RENAMED,
  which: SQL | undefined,
): Promise<RevokedSession[]> {
  return (
    db
      .update(sessions)
      // The database's clock, since every process compares this instant with that clock.
      .set({ revokedAt: sql`now()`, revokedReason: reason })
      .where(and(which, isNull(sessions.revokedAt)))
      .returning({ id: sessions.id, userId: sessions.userId })
  );
}

function others(userId: number, keptId: string): SQL | undefined {
  return and(eq(sessions.userId, userId), ne(sessions.id, keptId));
}

/** Needs `users` beside `sessions` in the statement. */
function isNamedBy(claims: RefreshTokenClaims, now: Date): SQL | undefined {
  return and(
    eq(sessions.id, claims.sid),
    eq(sessions.userId, claims.user_id),
    eq(sessions.refreshJti, claims.jti),
    isLiveOfUser(now),
  );
}

function isLiveOfUser(now: Date): SQL | undefined {
  return and(isLive(now), eq(users.id, sessions.userId), isNull(users.disabledAt));
}

export function isLive(now: Date): SQL | undefined {
  return and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now));
}

/** Sessions: one sign-in on one device, from its start to its expiry or revocation. */
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
export const RENAMED = 'password_changed_here';

export interface Session {
  id: string;
  userId: number;
  refreshJti: string;
  createdAt: Date;
  /** The end of the refresh token; it never moves. */
  expiresAt: Date;
  lastRefreshedAt: Date | null;
  userAgent: string;
  address: string;
  /** Thumbprint of the proof key; null for a session without one. */
  jkt: string | null;
  /** The browser's name for a session that it has bound itself, and since when it refreshes it: from then on no page does. */
  dbscId: string | null;
  dbscAt: Date | null;
}

export interface SessionOfUser {
  userId: number;
  sessionId: string;
}

/** The terms of a new session. */
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

/** One statement: change the live session of a refresh token where `where` holds too. Null if no row matches. */
export function updateSession(db: Db, claims: RefreshTokenClaims, now: Date, change: Change): Promise<Session | null> {
  return update(db, isNamedBy(claims, now), change);
}

/** The same for a session that its browser has bound and calls `dbscId`. */
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

/** The browser's key of the live session that it calls `dbscId`. */
export async function findSessionOfBrowser(db: Db, dbscId: string, now: Date): Promise<{ key: EcPublicKey } | null> {
  const [found] = await db
    .select({ key: sessions.dbscKey })
    .from(sessions)
    .innerJoin(users, and(eq(sessions.dbscId, dbscId), isLiveOfUser(now)));
  return found?.key ? { key: found.key } : null;
}

/** A session with the counts and proofs of its refreshes, which say why one more was refused. */
export interface RefreshingSession extends Session {
  refreshes: number;
  refreshesSince: Date;
  proofSeen: string[];
}

/** The live session of a refresh token. */
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

/** True if it was live. From here on its refresh token is refused everywhere, and its access token by this process. */
export async function revokeSession(
  db: Db,
  userId: number,
  sessionId: string,
  reason: RevocationReason,
): Promise<boolean> {
  const revoked = await revoke(db, reason, and(eq(sessions.userId, userId), eq(sessions.id, sessionId)));
  return revoked.length > 0;
}

/** Revoke all but the one given; return the ids of those that were live. */
export function revokeOtherSessions(
  db: Db,
  userId: number,
  keptId: string,
  reason: RevocationReason,
): Promise<string[]> {
  return revoke(db, reason, others(userId, keptId));
}

/** For a transaction: only the rows. After the commit its caller passes the ids to `denySessions`; a rollback leaves the sessions live. */
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

/** For a transaction, like the two above: the session that a sign-in replaces. */
export async function markSessionReplaced(transaction: Db, { userId, sessionId }: SessionOfUser): Promise<string[]> {
  const replaced = and(eq(sessions.userId, userId), eq(sessions.id, sessionId));
  return (await markRevoked(transaction, 'signed_in_again', replaced)).map(({ id }) => id);
}

/** The same for a session that `renameSession` has replaced during a change of password. */
export async function markSessionRenamed(transaction: Db, { userId, sessionId }: SessionOfUser): Promise<string[]> {
  const renamed = and(eq(sessions.userId, userId), eq(sessions.id, sessionId));
  return (await markRevoked(transaction, RENAMED, renamed)).map(({ id }) => id);
}

/** True if the browser of this refresh token got the cookies of a renamed session within the last seconds. */
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
 * For a transaction that revokes the old session with all others: continue the session of this browser under another id and refresh token,
 * bound to the same keys, with its full lifetime again. Null when it is not live.
 */
export async function renameSession(
  transaction: Db,
  { userId, sessionId }: SessionOfUser,
  now: Date,
): Promise<Session | null> {
  const which = and(eq(sessions.userId, userId), eq(sessions.id, sessionId), isLive(now));
  const [old] = await transaction.select().from(sessions).where(which).for('update');
  if (!old) return null;
  // `dbscId` is unique.
  await transaction.update(sessions).set({ dbscId: null }).where(which);
  const expiresAt = new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
  const ids = { id: randomId(), refreshJti: randomId() };
  const renamed = { ...old, ...ids, createdAt: now, expiresAt, lastRefreshedAt: null };
  const [session] = await transaction.insert(sessions).values(renamed).returning(SESSION_COLUMNS);
  return session ?? null;
}

/** Call it before the sessions are revoked: a sign-in locks the user's row while it starts a session, so it is seen here or sees this. */
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
      // Every process compares this instant with the database's clock.
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

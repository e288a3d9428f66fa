/** A user's live sessions, newest first and a page at a time: a program that signs in at every start leaves thousands. */
import { and, count, desc, eq, like, ne, not, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import { isLive, SESSION_COLUMNS, type Session, type SessionOfUser } from './sessions.ts';

/** Every browser's name begins so; those of programs do not. */
const BROWSER_PATTERN = 'Mozilla/%';

export type SessionKind = 'browser' | 'program';

/** The last session of the previous page. */
export type SessionPosition = Pick<Session, 'createdAt' | 'id'>;

interface ListOptions {
  limit: number;
  /** The current session, which is shown apart. */
  exceptId?: string;
  kind?: SessionKind | undefined;
  after?: SessionPosition | undefined;
}

export function listLiveSessions(
  db: Db,
  userId: number,
  now: Date,
  { limit, exceptId, kind, after }: ListOptions,
): Promise<Session[]> {
  return db
    .select(SESSION_COLUMNS)
    .from(sessions)
    .where(
      and(
        isLiveOf(userId, now),
        exceptId === undefined ? undefined : ne(sessions.id, exceptId),
        kind && isOfKind(kind),
        after && isBehind(after),
      ),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);
}

export async function countOtherSessions(
  db: Db,
  { userId, sessionId }: SessionOfUser,
  now: Date,
): Promise<Record<SessionKind, number>> {
  const [counted] = await db
    .select({
      all: count(),
      browser: sql`count(*) filter (where ${isOfKind('browser')})`.mapWith(Number),
    })
    .from(sessions)
    .where(and(isLiveOf(userId, now), ne(sessions.id, sessionId)));
  const { all = 0, browser = 0 } = counted ?? {};
  return { browser, program: all - browser };
}

/** A position as it stands in an address. */
export function sessionCursor({ createdAt, id }: SessionPosition): string {
  return `${createdAt.getTime()}.${id}`;
}

/** Undefined for anything that `sessionCursor` did not write. */
export function readSessionCursor(cursor: unknown): SessionPosition | undefined {
  // No zero before other digits: a position has one cursor.
  const [, ms = '', id = ''] =
    (typeof cursor === 'string' && /^(0|[1-9]\d{0,13})\.([A-Za-z0-9_-]{22})$/.exec(cursor)) || [];
  return id ? { createdAt: new Date(Number(ms)), id } : undefined;
}

function isLiveOf(userId: number, now: Date): SQL | undefined {
  return and(eq(sessions.userId, userId), isLive(now));
}

function isOfKind(kind: SessionKind): SQL {
  const isBrowser = like(sessions.userAgent, BROWSER_PATTERN);
  return kind === 'browser' ? isBrowser : not(isBrowser);
}

function isBehind({ createdAt, id }: SessionPosition): SQL {
  return sql`(${sessions.createdAt}, ${sessions.id}) < (${createdAt.toISOString()}::timestamptz, ${id})`;
}

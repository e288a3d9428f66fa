/** Users for the rest of the program, without their password hash. */
import { and, asc, desc, eq, exists, isNull, not, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/schema.ts';
import { preparedName } from './prepared-text.ts';

export type UserRow = typeof users.$inferSelect;

/** Throws if there is no such user: ids come from tokens of live sessions, whose rows refer to the user. */
export async function getUser(db: Db, userId: number): Promise<Pick<UserRow, 'id' | 'name' | 'createdAt'>> {
  const [found] = await db
    .select({ id: users.id, name: users.name, createdAt: users.createdAt })
    .from(users)
    .where(eq(users.id, userId));
  if (!found) throw new Error(`no user ${userId}`);
  return found;
}

/** Find a user by the name as typed: the exact spelling first, then the prepared form. Always one query. */
export async function findUserByName(db: Db, typed: string): Promise<UserRow | undefined> {
  const [found] = await db
    .select()
    .from(users)
    .where(or(eq(users.name, typed), eq(users.nameKey, preparedName(typed))))
    .orderBy(desc(eq(users.name, typed)))
    .limit(1);
  return found;
}

/**
 * Prepare the names of older rows. If several share one prepared form, one gets the key, preferably the one written
 * that way; the others keep signing in by their exact spelling. Call it while no users are being added.
 */
export async function prepareNames(db: Db): Promise<void> {
  const unprepared = await db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(isNull(users.nameKey))
    .orderBy(asc(users.id));
  const isPrepared = ({ name }: { name: string }) => Number(name === preparedName(name));
  for (const { id, name } of unprepared.toSorted((a, b) => isPrepared(b) - isPrepared(a))) {
    const nameKey = preparedName(name);
    const holder = db.select({ one: sql`1` }).from(users).where(eq(users.nameKey, nameKey));
    await db
      .update(users)
      .set({ nameKey })
      .where(and(eq(users.id, id), not(exists(holder))));
  }
}

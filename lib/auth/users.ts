/** Users as the rest of the program sees them: never with their password hash. */
import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { users } from '../db/schema.ts';

export interface UserProfile {
  id: number;
  name: string;
  createdAt: Date;
}

/** Throws if there is no such user: ids come from tokens of live sessions, whose rows refer to the user. */
export async function getUser(db: Db, userId: number): Promise<UserProfile> {
  const [found] = await db
    .select({ id: users.id, name: users.name, createdAt: users.createdAt })
    .from(users)
    .where(eq(users.id, userId));
  if (!found) throw new Error(`no user ${userId}`);
  return found;
}

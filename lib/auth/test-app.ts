/** What a test of signing in needs: a database of its own, keys, and a user who can sign in. */
import { type Db, provideDatabase } from '../db/client.ts';
import { users } from '../db/schema.ts';
import { openTestDatabase } from '../db/test-database.ts';
import type { Caller } from './caller/caller.ts';
import { hashPassword } from './passwords/password.ts';
import { preparedName } from './passwords/prepared-text.ts';
import { type Refreshed, refresh } from './refresh/refresh.ts';
import { presentedRefresh } from './request/refresh-claims.ts';
import { readSender } from './request/sender.ts';
import { loadTestKeys, NEW_SECRET } from './tokens/test-keys.ts';

export const CALLER: Caller = { address: '192.0.2.7', userAgent: 'Test/1' };
export const PASSWORD = 'correct horse battery';

export interface TestApp {
  db: Db;
  close(): Promise<void>;
}

/** The database is also the process's own, so that `authenticate` finds it. */
export async function openTestApp(): Promise<TestApp> {
  const database = await openTestDatabase();
  provideDatabase(database);
  await loadTestKeys(NEW_SECRET);
  return database;
}

/** A refresh as the route asks for it. */
export async function refreshBy(db: Db, headers: Headers, now: Date): Promise<Refreshed> {
  const sender = readSender(headers);
  return refresh(db, await presentedRefresh(sender.credential, now), sender, now);
}

export async function addUser(db: Db, name: string): Promise<number> {
  const [user] = await db
    .insert(users)
    .values({ name, nameKey: preparedName(name), passwordHash: await hashPassword(PASSWORD) })
    .returning({ id: users.id });
  if (!user) throw new Error('no user was added');
  return user.id;
}

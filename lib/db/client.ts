/** The database of this process. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { AppError } from '../errors.ts';
import { processWide } from '../process-wide.ts';
import type * as schema from './schema.ts';

/** What every query function takes first: the database, or a transaction on it. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface Database {
  db: Db;
  kind: 'embedded' | 'postgres';
  close(): Promise<void>;
}

const holder = () => processWide<{ database?: Database }>('database', () => ({}));

/** Called once at the start of the process; everything else asks `database()`. */
export function provideDatabase(database: Database): void {
  holder().database = database;
}

/** Throws `unavailable` before the start is done. */
export function database(): Db {
  const { database } = holder();
  if (!database) throw new AppError('unavailable');
  return database.db;
}

/** Opens the database the environment names, brings it up to date and fills in the demo data; failures become one sentence. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashPassword } from '../lib/auth/passwords/password.ts';
import { prepareNames } from '../lib/auth/passwords/users.ts';
import { type Database, type Db, openEmbedded, openPostgres } from '../lib/db/client.ts';
import { DATABASE_FOLDER, guardDataFolder } from '../lib/db/data-folder.ts';
import { embeddedProblem, lacksVersion } from '../lib/db/embedded-problem.ts';
import type { Env } from '../lib/env.ts';
import { insertDemoData } from '../lib/orders/demo-data.ts';
import { StartError } from './start-error.ts';

const MIGRATIONS_DIR = fileURLToPath(new URL('../lib/db/migrations', import.meta.url));

/** `close()` also lets the next process have the data folder. */
export function openDatabase(env: Env, now: Date): Promise<Database> {
  const setUp = async (db: Db) => {
    await prepareNames(db);
    if (env.demoData) await insertDemoData(db, { hashPassword, now });
  };
  return env.databaseUrl ? openServer(env.databaseUrl, setUp) : openFolder(env.dataDir, setUp, now);
}

async function openServer(url: string, setUp: (db: Db) => Promise<void>): Promise<Database> {
  try {
    return await openPostgres(url, MIGRATIONS_DIR, setUp);
  } catch (error) {
    // The URL holds a password, so only its host is named.
    throw new StartError(
      `PostgreSQL at ${new URL(url).host} cannot be used (${reason(error)}): start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function openFolder(dataDir: string, setUp: (db: Db) => Promise<void>, now: Date): Promise<Database> {
  const guard = guardDataFolder(dataDir, now);
  const folder = join(dataDir, DATABASE_FOLDER);
  const isNew = !existsSync(folder);
  try {
    if (lacksVersion(dataDir)) throw new Error('The version is missing.');
    const database = await openEmbedded(dataDir, MIGRATIONS_DIR);
    await setUp(database.db);
    const close = async () => {
      await database.close();
      guard.release();
    };
    return { ...database, close };
  } catch (error) {
    const problem = embeddedProblem(dataDir, error);
    // Half of a new database would pass for a damaged one at the next start.
    if (isNew) rmSync(folder, { recursive: true, force: true });
    guard.release();
    throw new StartError(problem, { cause: error });
  }
}

/** The innermost cause: drizzle wraps what the driver threw, and Node gathers one refusal per address of a host name. */
function reason(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause) cause = cause.cause;
  if (cause instanceof AggregateError) cause = cause.errors[0];
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause);
}

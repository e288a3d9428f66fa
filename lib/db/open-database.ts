/** Opens the database that the environment names and brings it up to date; a failure becomes one sentence. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../env.ts';
import { StartError } from '../start-error.ts';
import { type Database, type Db, openEmbedded, openPostgres } from './client.ts';
import { DATABASE_FOLDER, guardDataFolder } from './data-folder.ts';
import { embeddedProblem, lacksVersion } from './embedded-problem.ts';

/** Not by `import.meta.url`, which points into Next's bundle. */
const migrationsDir = () => join(process.cwd(), 'lib', 'db', 'migrations');

/** `setUp` runs once the tables are there, in one instance at a time. `close()` also releases the data folder. Throws `StartError` or `DataFolderError`. */
export function openDatabase(env: Env, setUp: (db: Db) => Promise<void>, now: Date): Promise<Database> {
  return env.databaseUrl ? openServer(env.databaseUrl, setUp) : openFolder(env.dataDir, setUp, now);
}

async function openServer(url: string, setUp: (db: Db) => Promise<void>): Promise<Database> {
  try {
    return await openPostgres(url, migrationsDir(), setUp);
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
    const database = await openEmbedded(dataDir, migrationsDir());
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

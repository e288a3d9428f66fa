/** Opens the database that the environment names and brings it up to date; a failure becomes one sentence. */
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Env } from '../env.ts';
import { StartError } from '../start-error.ts';
import type { Database, Db } from './client.ts';
import { firstLineOf, innermostCause } from './failures.ts';

/** Not by `import.meta.url`, which points into Next's bundle. */
const migrationsDir = () => join(process.cwd(), 'lib', 'db', 'migrations');

/** `setUp` runs once the tables are there, in one instance at a time. Throws `StartError`. Only what is opened is loaded. */
export function openDatabase(env: Env, setUp: (db: Db) => Promise<void>, now: Date): Promise<Database> {
  return env.databaseUrl ? openServer(env.databaseUrl, setUp) : openEmbedded(env.dataDir, setUp, now);
}

async function openServer(url: string, setUp: (db: Db) => Promise<void>): Promise<Database> {
  const { openPostgres } = await import('./postgres.ts');
  try {
    return await openPostgres(url, migrationsDir(), setUp);
  } catch (error) {
    // The URL holds a password, so only its host is named.
    throw new StartError(
      `PostgreSQL at ${new URL(url).host} cannot be used (${firstLineOf(innermostCause(error))}): start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function openEmbedded(dataDir: string, setUp: (db: Db) => Promise<void>, now: Date): Promise<Database> {
  // Its folder is locked by SQLite's means.
  if (!isBuiltin('node:sqlite'))
    throw new StartError(
      `The embedded database needs Node 22.13 or newer, and this is ${process.versions.node}: use that, or set DATABASE_URL.`,
    );
  const { openFolder } = await import('./embedded.ts');
  return openFolder(dataDir, migrationsDir(), setUp, now);
}

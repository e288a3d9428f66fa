/** Opens the embedded PGlite and brings its tables up to date. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { StartError } from '../start-error.ts';
import type { Database, Db } from './client.ts';
import { DATABASE_FOLDER, guardDataFolder } from './data-folder.ts';
import { embeddedProblem, lacksVersion } from './embedded-problem.ts';
import * as schema from './schema.ts';

/** PostgreSQL's own 128 MB are touched as a whole at the start; what one process keeps is small, and the system caches its files too. */
const EMBEDDED_PARAMETERS = ['-c', 'shared_buffers=16MB'];

/** Takes the folder for this process, which `close()` releases. Throws `StartError`. */
export async function openFolder(
  dataDir: string,
  migrationsDir: string,
  setUp: (db: Db) => Promise<void>,
  now: Date,
): Promise<Database> {
  const guard = guardDataFolder(dataDir, now);
  const folder = join(dataDir, DATABASE_FOLDER);
  const isNew = !existsSync(folder);
  try {
    if (lacksVersion(dataDir)) throw new Error('The version is missing.');
    const database = await openEmbedded(dataDir, migrationsDir);
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

/** `dataDir` is a folder, or `memory` for a database that lives as long as the process (tests). The folder must not be open elsewhere: the caller guards it. */
export async function openEmbedded(dataDir: string | 'memory', migrationsDir: string): Promise<Database> {
  if (dataDir !== 'memory') mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const client = await PGlite.create({
    dataDir: dataDir === 'memory' ? 'memory://' : join(dataDir, DATABASE_FOLDER),
    startParams: [...PGlite.defaultStartParams, ...EMBEDDED_PARAMETERS],
  });
  const db = drizzle(client, { schema });
  await migrate(db, { migrationsFolder: migrationsDir });
  return { db, kind: 'embedded', close: () => client.close() };
}

/** Opens the database with all that Tandem needs in it: tables, comparable user names, and the demo data where it is on. */
import { hashPassword } from '../auth/passwords/password.ts';
import { prepareNames } from '../auth/passwords/users.ts';
import type { Database } from '../db/client.ts';
import { openDatabase } from '../db/open-database.ts';
import type { Env } from '../env.ts';
import { insertDemoData } from '../orders/demo-data.ts';

/** Throws `StartError`. */
export function prepareDatabase(env: Env, now: Date): Promise<Database> {
  return openDatabase(
    env,
    async (db) => {
      await prepareNames(db);
      if (env.demoData) await insertDemoData(db, { hashPassword, now });
    },
    now,
  );
}

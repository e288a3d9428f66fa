/** Looks for a PostgreSQL server on which tests may create databases. */
import { userInfo } from 'node:os';
import pg from 'pg';
import { StartError } from '../../lib/start-error.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** `TEST_DATABASE_URL` alone if set; else the usual address, as this user, `root` or `postgres`. */
export async function findPostgres(): Promise<string | undefined> {
  const named = process.env.TEST_DATABASE_URL;
  const users = [...new Set([userInfo().username, 'root', 'postgres'])];
  const candidates = named ? [named] : users.map((user) => `postgres://${user}@127.0.0.1:5432/test`);
  for (const url of candidates) {
    if (await mayMakeDatabases(url)) return url;
  }
  return undefined;
}

/** As `findPostgres`, but throws `StartError` if there is none and `REQUIRE_POSTGRES` is 1. */
export async function requirePostgres(): Promise<string | undefined> {
  const url = await findPostgres();
  if (!url && process.env.REQUIRE_POSTGRES === '1') {
    throw new StartError('REQUIRE_POSTGRES is 1 and no PostgreSQL answers: start one, or set TEST_DATABASE_URL.');
  }
  return url;
}

async function mayMakeDatabases(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    const { rows } = await client.query(
      'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
    );
    return rows[0]?.may === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Looks for a PostgreSQL server on which the tests may make databases of their own. */
import { userInfo } from 'node:os';
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 2_000;

/** `TEST_DATABASE_URL` alone where it is set; else the usual address, as this user or as root. */
export async function findPostgres(): Promise<string | undefined> {
  const named = process.env.TEST_DATABASE_URL;
  const users = [...new Set([userInfo().username, 'root', 'postgres'])];
  const candidates = named ? [named] : users.map((user) => `postgres://${user}@127.0.0.1:5432/test`);
  for (const url of candidates) {
    if (await mayMakeDatabases(url)) return url;
  }
  return undefined;
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

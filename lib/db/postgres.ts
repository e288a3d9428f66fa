/** Opens PostgreSQL and brings its tables up to date. */
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Database, Db } from './client.ts';
import * as schema from './schema.ts';

const POOL_MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 2_000;
/** Between two tries where PostgreSQL has no connection left. */
const CONNECT_PAUSE_MS = 50;
const TOO_MANY_CONNECTIONS = '53300';
/** Nobody waits for an answer yet, and everything else is starting on the same cores. */
const START_CONNECT_TIMEOUT_MS = 30_000;
const STATEMENT_TIMEOUT_MS = 5_000;
/** Longer than the server's own, for when no answer comes at all. */
const ANSWER_TIMEOUT_MS = 6_000;
/** Any number, as long as every instance takes the same: the advisory lock around migrations and demo data. */
const SET_UP_LOCK = 7_263_001;

/** Several instances may start at once: one migrates and runs `setUp`, the others wait for it. */
export async function openPostgres(
  url: string,
  migrationsDir: string,
  setUp: (db: Db) => Promise<void> = async () => {},
): Promise<Database> {
  const pool = new PatientPool({
    connectionString: url,
    max: POOL_MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    application_name: 'tandem',
  });
  // A connection that breaks would otherwise end the process: while it is idle, and while a transaction holds it between two statements.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: START_CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    const db = drizzle(client, { schema });
    await db.execute(sql`select pg_advisory_lock(${SET_UP_LOCK})`);
    if (!(await isUpToDate(client, migrationsDir))) await migrate(db, { migrationsFolder: migrationsDir });
    await setUp(db);
  } catch (error) {
    await pool.end();
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
  return {
    db: drizzle(pool, { schema }),
    kind: 'postgres',
    close: () => pool.end(),
  };
}

type ConnectCallback = Exclude<Parameters<pg.Pool['connect']>[0], undefined>;

/** Where PostgreSQL gives no more connections, those of this pool are shared, however few they are. */
class PatientPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const connected = this.#connect(performance.now() + CONNECT_TIMEOUT_MS);
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  async #connect(giveUpAtMs: number): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await super.connect();
      } catch (error) {
        const isFull = error instanceof pg.DatabaseError && error.code === TOO_MANY_CONNECTIONS;
        if (!isFull || performance.now() > giveUpAtMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
      }
    }
  }
}

/** Asked first, since drizzle makes a place for its notes each time, and a role that may only read and write may not. */
async function isUpToDate(client: pg.Client, migrationsDir: string): Promise<boolean> {
  const newest = readMigrationFiles({ migrationsFolder: migrationsDir }).at(-1)?.folderMillis;
  const notes = await client.query(
    "select 1 from pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations'",
  );
  if (newest === undefined || notes.rows.length === 0) return false;
  const { rows } = await client.query('select max(created_at) as at from drizzle.__drizzle_migrations');
  return Number(rows[0]?.at) >= newest;
}

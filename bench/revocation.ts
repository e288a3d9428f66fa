/** `npm run bench:revocation`: how long another instance on the same PostgreSQL still honours an ended session, and what knowing costs the database. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { dropDatabase, makeDatabase } from '../e2e/contract/fresh-database.ts';
import { send } from '../e2e/contract/http.ts';
import { type Server, startServer } from '../e2e/contract/server.ts';
import { SERVER_ENV } from '../e2e/contract/tokens.ts';
import { findPostgres } from '../scripts/find-postgres.ts';
import { buildIfStale } from '../scripts/set-up.mjs';

const TRIES = 200;
const AT_ONCE = 10;
/** Between two questions whether the session is over: what is measured is no finer. */
const ASK_EVERY_MS = 5;
/** The lag is one second; the rest is for the query and the answer. */
const TARGET_MS = 1_100;
const PATIENCE_MS = 15_000;
const COUNTED_SECONDS = 20;
/** Guarded requests under way at the loaded instance. */
const LOAD = 4;
/** PostgreSQL writes down what a connection has done when it has been idle for ten seconds, at the latest. */
const SETTLE_MS = 12_000;
const LOGIN = { name: 'admin', pwd: '123456', transport: 'bearer' };

process.env.TEST_DATABASE_URL = await findPostgres();
if (!process.env.TEST_DATABASE_URL) {
  console.error('No PostgreSQL answers: start one, or set TEST_DATABASE_URL.');
  process.exit(1);
}
await buildIfStale();
const url = await makeDatabase();
const [here, there] = await Promise.all([start(), start()]);
try {
  const longest = await measureRefusals();
  console.log(`Target ${TARGET_MS} ms: ${longest <= TARGET_MS ? 'met' : 'missed'}.`);
  await measureStatements();
} finally {
  await Promise.all([here.stop(), there.stop()]);
  await dropDatabase(url);
}

function start(): Promise<Server> {
  return startServer({ env: { ...SERVER_ENV, REVOCATION_LAG: '1s' }, database: new URL(url) });
}

async function bearer(server: Server): Promise<Record<string, string>> {
  const { json } = await send(server.url, '/api/login', { method: 'POST', json: LOGIN });
  return { authorization: `Bearer ${json.token}` };
}

/** Returns the longest. */
async function measureRefusals(): Promise<number> {
  const times: number[] = [];
  const tries = Array.from({ length: AT_ONCE }, async () => {
    for (let n = 0; n < TRIES / AT_ONCE; n += 1) times.push(await timeToRefusal());
  });
  await Promise.all(tries);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
  console.log(
    `From sign-out to refusal by the other instance: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms (n=${sorted.length})`,
  );
  return at(1);
}

/** From the answer of the sign-out to the first refusal. */
async function timeToRefusal(): Promise<number> {
  const headers = await bearer(here);
  const status = async () => (await send(there.url, '/api/session', { headers })).status;
  if ((await status()) !== 200) throw new Error('refused before the session was over');
  await send(here.url, '/api/logout', { method: 'POST', headers });
  const endedAt = performance.now();
  while (performance.now() - endedAt < PATIENCE_MS) {
    if ((await status()) === 401) return performance.now() - endedAt;
    await pause(ASK_EVERY_MS);
  }
  throw new Error('never refused');
}

/** Both instances are silent first; then one is asked as fast as it answers. Every statement outside a transaction is one of its own. */
async function measureStatements(): Promise<void> {
  const headers = await bearer(here);
  const idle = await statementsDuring(() => pause(COUNTED_SECONDS * 1_000));
  console.log(`Statements of idle instances: ${idle.perSecond} a second`);
  let requests = 0;
  const loaded = await statementsDuring(async () => {
    const untilMs = performance.now() + COUNTED_SECONDS * 1_000;
    const ask = async () => {
      while (performance.now() < untilMs) {
        await send(there.url, '/api/session', { headers });
        requests += 1;
      }
    };
    await Promise.all(Array.from({ length: LOAD }, ask));
  });
  const rate = Math.round(requests / COUNTED_SECONDS);
  console.log(`Statements of a loaded instance: ${loaded.perSecond} a second at ${rate} guarded requests a second`);
}

async function statementsDuring(work: () => Promise<void>): Promise<{ perSecond: string }> {
  await pause(SETTLE_MS);
  const before = await transactions();
  await work();
  await pause(SETTLE_MS);
  return { perSecond: (((await transactions()) - before) / COUNTED_SECONDS).toFixed(2) };
}

/** Asked from another database, so that asking is not counted. */
async function transactions(): Promise<number> {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  const { rows } = await client.query(
    'select (xact_commit + xact_rollback)::int as count from pg_stat_database where datname = $1',
    [name],
  );
  await client.end();
  return rows[0].count;
}

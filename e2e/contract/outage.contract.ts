import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isDatabaseAway } from '../../lib/db/failures.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';
import { type Answer, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { startTcpGate, type TcpGate } from './tcp-gate.ts';

const MIGRATIONS = fileURLToPath(new URL('../../lib/db/migrations', import.meta.url));
const ORDER = { lines: [{ sku: 'LAMP-DESK', quantity: 1 }] };
const PATIENCE = { timeout: 60_000, interval: 100 };

const OPENING = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
const CLICKING = { rsc: '1' };
const PREFETCHING = { rsc: '1', 'next-router-segment-prefetch': '/_tree' };

/** Requests that need the database, each in another way. */
const CALLS: Record<string, (visitor: Visitor) => Promise<Answer>> = {
  'reading orders': (visitor) => visitor.send('/api/order?limit=1'),
  'placing an order': (visitor) =>
    visitor.send('/api/order', { method: 'POST', json: ORDER, headers: { 'idempotency-key': randomUUID() } }),
  refreshing: (visitor) => visitor.send('/api/refresh_token', { method: 'PUT' }),
  'signing in': (visitor) => new Visitor(visitor.url).signIn('guest', '654321'),
  health: (visitor) => visitor.send('/api/health'),
};

describe.skipIf(!process.env.TEST_DATABASE_URL)('an outage of PostgreSQL', () => {
  let url: string;
  let gate: TcpGate;
  let server: Server;
  let visitor: Visitor;
  beforeAll(async () => {
    url = await makeDatabase();
    const { hostname, port } = new URL(url);
    gate = await startTcpGate({ host: hostname, port: Number(port || 5432) });
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(gate.port);
    server = await startServer({ database: through });
    visitor = new Visitor(server.url);
    await visitor.signIn();
  });
  afterAll(async () => {
    await server.stop();
    await gate.close();
    await dropDatabase(url);
  });

  const callAll = () => Promise.all(Object.values(CALLS).map((call) => call(visitor)));

  /** Send ten rounds of all calls, with `fault` in the middle; returns every answer. */
  async function underLoad(fault: () => Promise<void>): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let round = 0; round < 10; round += 1) {
      const running = callAll();
      if (round === 3) await fault();
      answers.push(...(await running));
    }
    return answers;
  }

  function expectPatient(answers: Answer[]): void {
    for (const { status, headers, json, setCookies, text } of answers) {
      expect([200, 201, 503], text).toContain(status);
      if (status !== 503) continue;
      expect(json).toEqual({ error: 'unavailable', message: expect.any(String) });
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      expect(setCookies).toEqual([]);
    }
  }

  const recovers = () =>
    vi.waitFor(async () => {
      const statuses = (await callAll()).map(({ status }) => status);
      expect(statuses).toEqual([200, 201, 201, 200, 200]);
    }, PATIENCE);

  test('stopped under load: 503 with Retry-After and no cookie touched; started again: all is well without a restart', async () => {
    const before = visitor.jar.names;
    const answers = await underLoad(() => gate.shut());
    expectPatient(answers);
    const afterwards = await callAll();
    expect(afterwards.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(visitor.jar.names).toEqual(before);
    await gate.open();
    await recovers();
  });

  test('requests that need no database are served for a while, then get 503 rather than accept a revoked session', async () => {
    expect((await visitor.send('/api/session')).status).toBe(200);
    await gate.shut();
    expect((await visitor.send('/api/session')).status).toBe(200);
    await vi.waitFor(async () => expect((await visitor.send('/api/session')).status).toBe(503), PATIENCE);
    expectPatient([await visitor.send('/api/session')]);
    await gate.open();
    await recovers();
    expect((await visitor.send('/api/session')).status).toBe(200);
  });

  test('a page answers 503 too, during the grace time of the API and after it, and reloads itself', async () => {
    const expectWaiting = async () => {
      for (const path of [
        '/order',
        '/order/new',
        '/order/ORD-000001',
        '/account',
        '/api/refresh_token?returnTo=%2Forder',
      ]) {
        const answer = await visitor.send(path, { headers: OPENING });
        expect(answer.status, path).toBe(503);
        expect(answer.headers['retry-after'], path).toMatch(/^[1-9]\d*$/);
        expect(answer.text).toMatch(/<meta http-equiv="refresh" content="\d+">.*Reconnecting/);
        expect(answer.setCookies).toEqual([]);
      }
      expect((await visitor.send('/order', { headers: CLICKING })).status).toBe(503);
      expect((await visitor.send('/order', { headers: PREFETCHING })).status).toBe(204);
      let login = await visitor.send('/login?returnTo=%2Faccount', { headers: OPENING });
      for (let hops = 0; hops < 3 && login.headers.location; hops += 1)
        login = await visitor.send(login.headers.location, { headers: OPENING });
      expect(login.status).toBe(503);
    };
    await gate.shut();
    await vi.waitFor(async () => expect((await visitor.send('/order')).status).toBe(503), PATIENCE);
    expect((await visitor.send('/api/session')).status).toBe(200);
    await expectWaiting();
    await vi.waitFor(async () => expect((await visitor.send('/api/session')).status).toBe(503), PATIENCE);
    await expectWaiting();
    await gate.open();
    await recovers();
    await vi.waitFor(async () => expect((await visitor.send('/order')).status).toBe(200), PATIENCE);
  });

  test('a network that swallows everything ends in 503 too', async () => {
    expectPatient(await underLoad(async () => gate.stall()));
    await gate.open();
    await recovers();
  }, 240_000);
});

test.skipIf(!process.env.TEST_DATABASE_URL)(
  'queries wait for each other where PostgreSQL gives one connection, and fail where it gives none',
  async () => {
    const url = new URL(await makeDatabase());
    const role = `${url.pathname.slice(1)}_role`;
    const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
    await admin.query(`create role ${role} login; alter database ${url.pathname.slice(1)} owner to ${role}`);
    const own = new URL(url);
    own.username = role;
    const { db, close } = await openPostgres(own.href, MIGRATIONS);
    const queries = () => Promise.all(Array.from({ length: 5 }, () => db.execute(sql`select pg_sleep(0.01)`)));
    try {
      await admin.query(`alter role ${role} connection limit 1`);
      expect(await queries()).toHaveLength(5);
      await db.transaction(async (tx) => tx.execute(sql`select 1`));
      await admin.query(`alter role ${role} connection limit 0`);
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
      await vi.waitFor(async () => {
        const error = await queries().catch((reason: unknown) => reason);
        expect(error).toHaveProperty('cause.code', '53300');
        expect(isDatabaseAway(error)).toBe(true);
      }, PATIENCE);
    } finally {
      await close();
      await dropDatabase(url.href);
      await admin.query(`drop role ${role}`);
      await admin.end();
    }
  },
);

describe.skipIf(!process.env.TEST_DATABASE_URL)('an unexpected fault', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ database: 'postgres', env: { APP_ORIGIN: 'https://orders.example' } });
  });
  afterAll(() => server.stop());

  const lineOf = (event: string) =>
    server
      .output()
      .split('\n')
      .find((line) => line.includes(`"event":"${event}"`)) ?? '';

  test('is a plain 500, and only the log says the cause, without the values of the request', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn();
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query('alter table orders rename to orders_no_more');
    await client.end();

    const answer = await visitor.send('/api/order?q=what-was-searched-for');
    expect([answer.status, answer.json]).toEqual([
      500,
      { error: 'internal_error', message: 'Something failed on our side. Try again.' },
    ]);
    const page = await visitor.send('/order?q=what-was-searched-for');
    expect(page.status).toBe(500);
    for (const { headers, text, setCookies } of [answer, page]) {
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'cache-control': expect.stringContaining('no-store'),
      });
      expect(text).not.toMatch(/select |relation|\.ts:\d|node_modules|drizzle/i);
      expect(setCookies).toEqual([]);
    }
    for (const [event, { headers }] of [
      ['unexpected_error', answer],
      ['server_error_message', page],
    ] as const) {
      await vi.waitFor(() => expect(lineOf(event)).toContain(headers['x-request-id']), PATIENCE);
      expect(lineOf(event)).toMatch(/relation .*orders.* does not exist/);
    }
    expect(server.output()).not.toContain('searched-for');
  });
});

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';
import { send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN } from '../support/tokens.ts';

const OLD = 'old:Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4';
const NEW = 'new:aF6gJ2cP5hLd8RmK1zT7bqX4sw93n0Yv';
const DEPLOY = fileURLToPath(new URL('../../docs/deploy.md', import.meta.url));
/** The benchmark does it 200 times. */
const REVOCATION_TRIES = 20;
const TRIES_AT_ONCE = 10;
/** Far beyond the lag: longer is wrong, not slow. */
const PATIENCE_MS = 60_000;

describe.skipIf(!process.env.TEST_DATABASE_URL)('several instances on one PostgreSQL', () => {
  let url: string;
  const running = new Set<Server>();
  beforeAll(async () => {
    url = await makeDatabase();
  });
  afterAll(async () => {
    await Promise.all([...running].map((server) => server.stop()));
    await dropDatabase(url);
  });

  async function start(secrets = OLD): Promise<Server> {
    const server = await startServer({ env: { AUTH_SECRETS: secrets, APP_ORIGIN }, database: new URL(url) });
    running.add(server);
    return server;
  }

  async function replace(server: Server, secrets: string): Promise<Server> {
    await server.stop();
    running.delete(server);
    return start(secrets);
  }

  async function query(statement: string, connectionString = url) {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  }

  /** The same browser or program at another instance. */
  const at = (server: Server, { jar }: Visitor): Visitor => {
    const visitor = new Visitor(server.url);
    for (const name of jar.names)
      visitor.jar.set(name, jar.get(name) ?? '', name === 'refresh_token' ? '/api/refresh_token' : '/');
    return visitor;
  };
  const signedIn = async (server: Server) => {
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn()).status).toBe(200);
    return visitor;
  };
  const statuses = async (visitor: Visitor) => [
    (await visitor.send('/api/order?limit=1')).status,
    (await visitor.send('/api/refresh_token', { method: 'PUT' })).status,
  ];

  let [a, b]: Server[] = [];
  const both = () => {
    if (!a || !b) throw new Error('no instances');
    return [a, b] as const;
  };

  test('started at the same moment on an empty database they all come up, and the demo data is there once', async () => {
    [a, b] = await Promise.all([start(), start(), start()]);
    const { rows } = await query(
      'select (select count(*)::int from users) as users, (select count(*)::int from orders) as orders',
    );
    expect(rows).toEqual([{ users: 2, orders: 400 }]);
  });

  test('a token of one is accepted by the other, and an order placed at one is listed at the other', async () => {
    const [here, there] = both();
    const visitor = await signedIn(here);
    expect(await statuses(at(there, visitor))).toEqual([200, 201]);
    const json = { lines: [{ sku: (await visitor.send('/api/product')).json.products[0].sku, quantity: 1 }] };
    const headers = { 'idempotency-key': 'one-key-for-both-instances' };
    const [one, other] = await Promise.all([
      visitor.send('/api/order', { method: 'POST', json, headers }),
      at(there, visitor).send('/api/order', { method: 'POST', json, headers }),
    ]);
    expect([one.status, other.status, one.text]).toEqual([201, 201, other.text]);
    expect((await at(there, visitor).send(`/api/order/${one.json.number}`)).status).toBe(200);
  });

  test('a session revoked at one is refused by the other soon after, 20 times out of 20', async () => {
    const [here, there] = both();
    const times: number[] = [];
    const tries = Array.from({ length: TRIES_AT_ONCE }, async () => {
      for (let n = 0; n < REVOCATION_TRIES / TRIES_AT_ONCE; n += 1) times.push(await timeToRefusal(here, there));
    });
    await Promise.all(tries);
    expect(times).toHaveLength(REVOCATION_TRIES);
    expect(Math.max(...times)).toBeLessThan(PATIENCE_MS);
    const sorted = times.toSorted((x, y) => x - y);
    const ms = (value: number | undefined) => Math.round(value ?? Number.NaN);
    console.log(
      `From sign-out to refusal by another instance, ${REVOCATION_TRIES} tries: median ${ms(sorted[REVOCATION_TRIES / 2])} ms, longest ${ms(sorted.at(-1))} ms.`,
    );
  }, 240_000);

  /** Milliseconds from the sign-out's answer to the other instance's first refusal, after which it never accepts the token again. */
  async function timeToRefusal(here: Server, there: Server): Promise<number> {
    const login = { name: 'admin', pwd: '123456', transport: 'bearer' };
    const { json } = await send(here.url, '/api/login', { method: 'POST', json: login });
    const headers = { authorization: `Bearer ${json.token}` };
    const status = async () => (await send(there.url, '/api/session', { headers })).status;
    expect(await status()).toBe(200);
    expect((await send(here.url, '/api/logout', { method: 'POST', headers })).status).toBe(204);
    const endedAt = performance.now();
    let refusedAfter = Number.POSITIVE_INFINITY;
    while (performance.now() - endedAt < PATIENCE_MS) {
      if ((await status()) !== 401) continue;
      refusedAfter = performance.now() - endedAt;
      break;
    }
    expect(await status()).toBe(401);
    return refusedAfter;
  }

  test('a database role without CREATE works too, once another has made the tables', async () => {
    const role = `tandem_runtime_${randomBytes(6).toString('hex')}`;
    const [, grants = ''] = /```sql\n([\s\S]*?)```/.exec(readFileSync(DEPLOY, 'utf8')) ?? [];
    const asRole = new URL(url);
    [asRole.username, asRole.password] = [role, randomBytes(16).toString('hex')];
    await query(`create role ${role} login password '${asRole.password}'; ${grants.replaceAll('tandem_app', role)}`);
    await expect(query('create table more (id integer)', asRole.href)).rejects.toThrow(/permission denied/);
    const server = await startServer({ env: { AUTH_SECRETS: OLD, APP_ORIGIN }, database: asRole });
    try {
      const visitor = await signedIn(server);
      expect(await statuses(visitor)).toEqual([200, 201]);
      const json = { lines: [{ sku: (await visitor.send('/api/product')).json.products[0].sku, quantity: 1 }] };
      const headers = { 'idempotency-key': randomBytes(9).toString('hex') };
      expect((await visitor.send('/api/order', { method: 'POST', json, headers })).status).toBe(201);
      expect((await visitor.send('/api/sessions', { method: 'DELETE' })).status).toBe(204);
    } finally {
      await server.stop();
      await query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('secrets change one instance after the other, and users stay signed in', async () => {
    const visitors = [await signedIn(both()[0])];
    const everybodyWorksEverywhere = async (step: string) => {
      for (const server of both()) visitors.push(await signedIn(server));
      for (const visitor of visitors)
        for (const server of both()) expect(await statuses(at(server, visitor)), step).toEqual([200, 201]);
    };
    for (const secrets of [`${OLD},${NEW}`, `${NEW},${OLD}`]) {
      a = await replace(both()[0], secrets);
      await everybodyWorksEverywhere(`one instance on ${secrets}`);
      b = await replace(both()[1], secrets);
      await everybodyWorksEverywhere(`both on ${secrets}`);
    }
    // Refresh tokens of the old secret have expired by now; later sign-ins use the new secret.
    const recent = await signedIn(both()[0]);
    a = await replace(both()[0], NEW);
    expect(await statuses(at(both()[0], recent))).toEqual([200, 201]);
    expect(await statuses(at(both()[0], visitors[0] ?? recent))).toEqual([401, 403]);
  }, 240_000);
});

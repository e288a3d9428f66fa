import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../lib/auth/passwords/password.ts';
import { users } from '../../lib/db/schema.ts';
import { parseEnv } from '../../lib/env.ts';
import { prepareDatabase } from '../../lib/server/prepare-database.ts';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';
import { send } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { AUTH_SECRETS } from '../support/tokens.ts';

/** PostgreSQL survives the process that is killed; the embedded database dies with it. */
const KILLS = process.env.TEST_DATABASE_URL ? 5 : 20;
const BUYERS = 10;
const PASSWORD = 'violet lantern orchard';
const SKU = 'LAMP-DESK';

let dataDir: string;
let databaseUrl: string | undefined;
let server: Server;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tandem-crash-'));
  if (process.env.TEST_DATABASE_URL) databaseUrl = await makeDatabase();
  else await cp(process.env.TANDEM_TEST_TEMPLATE ?? '', dataDir, { recursive: true });
  const variables = { DATA_DIR: dataDir, AUTH_SECRETS, DEMO_DATA: 'on', DATABASE_URL: databaseUrl };
  const database = await prepareDatabase(parseEnv(variables), new Date());
  const passwordHash = await hashPassword(PASSWORD);
  await database.db
    .insert(users)
    .values(Array.from({ length: BUYERS }, (_, n) => ({ name: `buyer ${n}`, passwordHash })));
  await database.close();
  const env = { DATA_DIR: dataDir, AUTH_SECRETS };
  server = await startServer({ env, database: databaseUrl ? new URL(databaseUrl) : 'embedded' });
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
  if (databaseUrl) await dropDatabase(databaseUrl);
});

interface Buyer {
  token: string;
  /** Each order sent, by its key; with its number once it was acknowledged. */
  sent: Map<string, string | undefined>;
}

async function newBuyer(_: unknown, n: number): Promise<Buyer> {
  const json = { name: `buyer ${n}`, pwd: PASSWORD, transport: 'bearer' };
  const answer = await send(server.url, '/api/login', { method: 'POST', json });
  expect(answer.status).toBe(200);
  return { token: answer.json.token, sent: new Map() };
}

const bearer = ({ token }: Buyer) => ({ authorization: `Bearer ${token}` });

/** Returns the order's number; throws without an answer. */
async function place(buyer: Buyer, key: string): Promise<string> {
  const json = { lines: [{ sku: SKU, quantity: 1 }], note: key };
  const headers = { ...bearer(buyer), 'idempotency-key': key };
  const answer = await send(server.url, '/api/order', { method: 'POST', json, headers });
  expect([answer.status, answer.text]).toEqual([201, expect.stringContaining(key)]);
  return answer.json.number;
}

/** Place orders until the server is gone. */
async function buy(buyer: Buyer, isGone: () => boolean, acknowledged: () => void): Promise<void> {
  // Two per round keep each user under the limit of orders per minute.
  for (let n = 0; n < 2; n += 1) {
    const key = randomUUID();
    buyer.sent.set(key, undefined);
    try {
      buyer.sent.set(key, await place(buyer, key));
      acknowledged();
    } catch (error) {
      if (!isGone()) throw error;
      return;
    }
  }
}

async function ordersOf(buyer: Buyer): Promise<{ number: string; note: string }[]> {
  const { json } = await send(server.url, '/api/order?limit=100', { headers: bearer(buyer) });
  return Promise.all(
    json.orders.map(async ({ number }: { number: string }) => {
      const { json: order } = await send(server.url, `/api/order/${number}`, { headers: bearer(buyer) });
      return { number, note: order.note };
    }),
  );
}

test(`killed ${KILLS} times while orders are placed, the server has every acknowledged one, once, and every user stays signed in`, async () => {
  const buyers = await Promise.all(Array.from({ length: BUYERS }, newBuyer));
  let acknowledgedInAll = 0;
  for (let round = 0; round < KILLS; round += 1) {
    let gone = false;
    let acknowledged = 0;
    const killAfter = 1 + ((round * 7) % BUYERS);
    const killed = Promise.withResolvers<void>();
    const buying = buyers.map((buyer) =>
      buy(
        buyer,
        () => gone,
        () => {
          acknowledged += 1;
          if (acknowledged !== killAfter) return;
          gone = true;
          server.kill().then(killed.resolve, killed.reject);
        },
      ),
    );
    await Promise.all(buying);
    await killed.promise;
    acknowledgedInAll += acknowledged;
    await server.restart();
  }

  let unacknowledged = 0;
  for (const buyer of buyers) {
    const found = await ordersOf(buyer);
    const numbers = new Map(found.map(({ note, number }) => [note, number]));
    expect(numbers.size, 'no order twice').toBe(found.length);
    for (const [key, number] of buyer.sent) {
      if (number === undefined) unacknowledged += 1;
      else expect(numbers.get(key)).toBe(number);
    }
  }
  console.log(
    `${acknowledgedInAll} orders acknowledged and kept over ${KILLS} kills; ${unacknowledged} were never answered.`,
  );
  expect(unacknowledged).toBeGreaterThan(0);

  const [buyer] = buyers;
  if (!buyer) throw new Error('nobody bought');
  const before = await ordersOf(buyer);
  for (const [key, number] of [...buyer.sent].slice(-5)) {
    const again = await place(buyer, key);
    expect(again).toBe(number ?? before.find(({ note }) => note === key)?.number ?? again);
    expect(await place(buyer, key)).toBe(again);
  }
}, 600_000);

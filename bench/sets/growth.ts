/** Measures the cost of more rows and more revocations; the claim is that there is none. */
import pg from 'pg';
import type { Server } from '../../e2e/support/server.ts';
import { type Figure, type Run, ratio } from '../figures.ts';
import { prepareRefreshes, REFRESHES_PER_HOLDER, signInHolders } from '../holders.ts';
import { measureInTurns } from '../load.ts';
import { replayAll } from '../replay-all.ts';
import { signedInCookie, startTandem } from '../servers.ts';

const SESSIONS = [1_000, 100_000, 1_000_000];
const DENIED = [10, 1_000, 100_000];
const MOST_RATIO = 1.2;
const MEGABYTE = 1e6;
const HOLDERS = 40;

export async function growth(run: Run): Promise<Figure[]> {
  return [...(await moreSessions(run)), ...(await moreRevocations(run))];
}

async function moreSessions({ quick, say }: Run): Promise<Figure[]> {
  const steps = quick ? SESSIONS.slice(0, 2) : SESSIONS;
  return withServers(steps, { revoked: false }, say, async (servers) => {
    const refreshes = servers.map((): number[] => []);
    for (let round = 1; round <= (quick ? 2 : 6); round += 1) {
      say(`refreshes, round ${round}`);
      for (const [step, server] of servers.entries()) {
        const prepared = await prepareRefreshes(await signInHolders(server, HOLDERS), REFRESHES_PER_HOLDER);
        refreshes[step]?.push(await replayAll(prepared, 201));
      }
    }
    const sizes = await Promise.all(servers.map((server, step) => tableSizes(server, steps[step] ?? 0)));
    return [
      costs('refresh', 'sessions', steps, refreshes),
      costs('guarded route', 'sessions', steps, await guardedRates(servers, quick, say)),
      ...sizes.flat(),
    ];
  });
}

async function moreRevocations({ quick, say }: Run): Promise<Figure[]> {
  const steps = quick ? DENIED.slice(0, 2) : DENIED;
  return withServers(steps, { revoked: true }, say, async (servers) => [
    costs('guarded route', 'ids in the deny-set', steps, await guardedRates(servers, quick, say)),
  ]);
}

/** One server and database per number, all started at once, so that they can alternate. */
async function withServers(
  steps: readonly number[],
  { revoked }: { revoked: boolean },
  say: Run['say'],
  measure: (servers: Server[]) => Promise<Figure[]>,
): Promise<Figure[]> {
  const servers: Server[] = [];
  try {
    for (const count of steps) {
      say(`${words(count)} ${revoked ? 'revoked' : 'sessions'}`);
      const server = await startTandem();
      servers.push(server);
      await fillSessions(server, count, revoked);
      // A start reads the earlier revocations into the deny-set.
      if (revoked) await server.restart();
    }
    return await measure(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function guardedRates(servers: readonly Server[], quick: boolean, say: Run['say']): Promise<number[][]> {
  const targets = await Promise.all(
    servers.map(async ({ url }, step) => ({
      name: String(step),
      url: `${url}/api/bench/guarded`,
      headers: { cookie: await signedInCookie(url) },
    })),
  );
  const options = { rounds: quick ? 4 : 12, secondsPerRound: 0.5, connections: 8 };
  const measured = await measureInTurns(targets, options, say);
  return targets.map(({ name }) => (measured.get(name) ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
}

/** Cost is the inverse of the rate. */
function costs(what: string, of: string, steps: readonly number[], rates: readonly number[][]): Figure {
  return {
    name: `${what}: cost with ${words(steps.at(-1) ?? 0)} ${of} ÷ with ${words(steps[0] ?? 0)}`,
    ...ratio(rates[0] ?? [], rates.at(-1) ?? []),
    unit: 'ratio',
    target: { atMost: MOST_RATIO },
  };
}

/** Revoked sessions are spread evenly over the last two hours. */
async function fillSessions(server: Server, count: number, revoked: boolean): Promise<void> {
  await inDatabase(server, async (client) => {
    await client.query(
      `insert into sessions (id, user_id, refresh_jti, created_at, expires_at, user_agent, address, jkt, revoked_at, revoked_reason)
       select 'filler-' || gen_random_uuid(), (select min(id) from users), gen_random_uuid()::text,
              now() - random() * interval '14 days', now() + random() * interval '14 days',
              'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', '192.0.2.1',
              substr(md5(n::text) || md5(n::text), 1, 43),
              case when $2 then now() - random() * interval '2 hours' end, case when $2 then 'signed_out' end
       from generate_series(1, $1) as n`,
      [count, revoked],
    );
    await client.query('vacuum analyze sessions');
  });
}

async function tableSizes(server: Server, count: number): Promise<Figure[]> {
  return inDatabase(server, async (client) => {
    const { rows } = await client.query(
      `select pg_relation_size('sessions')::float as "table", pg_indexes_size('sessions')::float as indexes`,
    );
    return (['table', 'indexes'] as const).map(
      (what): Figure => ({
        name: `sessions ${what}, ${words(count)} rows`,
        value: rows[0][what] / MEGABYTE,
        unit: 'MB',
      }),
    );
  });
}

async function inDatabase<T>({ databaseUrl }: Server, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function words(count: number): string {
  return count.toLocaleString('en');
}

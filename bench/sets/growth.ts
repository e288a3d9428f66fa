/** What more rows and more revocations change: nothing that anybody would notice, is the claim. */
import pg from 'pg';
import type { Server } from '../../e2e/contract/server.ts';
import { type Figure, median, ratio } from '../figures.ts';
import { prepareRefreshes, REFRESHES_PER_HOLDER, signInHolders } from '../holders.ts';
import { load, type Target } from '../load.ts';
import { replayAll } from '../replay-all.ts';
import type { Run } from '../sets.ts';
import { signedInCookie, startTandem } from '../stage.ts';

const SESSIONS = [1_000, 100_000, 1_000_000];
const DENIED = [10, 1_000, 100_000];
const MOST_RATIO = 1.2;
const MEGABYTE = 1e6;
const HOLDERS = 40;

export async function growth(run: Run): Promise<Figure[]> {
  const { rates, sizes } = await moreSessions(run);
  return [...rates, ...sizes, ...(await moreRevocations(run))];
}

/** One server; between the steps only the table grows. */
async function moreSessions({ quick, say }: Run): Promise<{ rates: Figure[]; sizes: Figure[] }> {
  const tandem = await startTandem();
  try {
    const steps = quick ? SESSIONS.slice(0, 2) : SESSIONS;
    const refreshes: number[][] = [];
    const guarded: number[][] = [];
    const sizes: Figure[] = [];
    const target: Target = {
      name: 'guarded',
      url: `${tandem.url}/api/bench/guarded`,
      headers: { cookie: await signedInCookie(tandem.url) },
    };
    await load(target, 2, 8);
    for (const count of steps) {
      say(`${count} sessions`);
      await fillSessions(tandem, count);
      const [refreshRates, guardedRates]: [number[], number[]] = [[], []];
      for (let round = 0; round < (quick ? 2 : 5); round += 1) {
        const holders = await signInHolders(tandem, HOLDERS);
        refreshRates.push(await replayAll(await prepareRefreshes(holders, REFRESHES_PER_HOLDER), 201));
        guardedRates.push((await load(target, 2, 8)).requestsPerSecond);
      }
      refreshes.push(refreshRates);
      guarded.push(guardedRates);
      sizes.push(...(await tableSizes(tandem, count)));
    }
    const most = steps.at(-1) ?? 0;
    const costs = (name: string, measured: number[][]): Figure => ({
      name: `${name}: cost with ${words(most)} sessions ÷ with ${words(steps[0] ?? 0)}`,
      // Cost is the inverse of the rate.
      ...ratio(measured[0] ?? [], measured.at(-1) ?? []),
      unit: 'ratio',
      target: { atMost: MOST_RATIO },
    });
    return { rates: [costs('refresh', refreshes), costs('guarded route', guarded)], sizes };
  } finally {
    await tandem.stop();
  }
}

/** One server for each number, since the set is read at the start. */
async function moreRevocations({ quick, say }: Run): Promise<Figure[]> {
  const steps = quick ? DENIED.slice(0, 2) : DENIED;
  const medians: number[] = [];
  for (const count of steps) {
    say(`${count} revoked`);
    const tandem = await startTandem();
    try {
      await fillSessions(tandem, count, { revoked: true });
      await tandem.restart();
      const target: Target = {
        name: 'guarded',
        url: `${tandem.url}/api/bench/guarded`,
        headers: { cookie: await signedInCookie(tandem.url) },
      };
      await load(target, 2, 8);
      const rates: number[] = [];
      for (let round = 0; round < (quick ? 2 : 5); round += 1) rates.push((await load(target, 2, 8)).requestsPerSecond);
      medians.push(median(rates));
    } finally {
      await tandem.stop();
    }
  }
  return [
    {
      name: `guarded route: cost with ${words(steps.at(-1) ?? 0)} ids in the deny-set ÷ with ${words(steps[0] ?? 0)}`,
      value: (medians[0] ?? Number.NaN) / (medians.at(-1) ?? Number.NaN),
      unit: 'ratio',
      target: { atMost: MOST_RATIO },
    },
  ];
}

/** Up to `count` rows; revoked ones evenly over the last two hours, as they would come in a life. */
async function fillSessions(tandem: Server, count: number, { revoked = false } = {}): Promise<void> {
  await inDatabase(tandem, async (client) => {
    await client.query(
      `insert into sessions (id, user_id, refresh_jti, created_at, expires_at, user_agent, address, jkt, revoked_at, revoked_reason)
       select 'filler-' || gen_random_uuid(), 1, gen_random_uuid()::text, now() - random() * interval '14 days', now() + random() * interval '14 days',
              'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', '192.0.2.1',
              substr(md5(n::text) || md5(n::text), 1, 43),
              case when $2 then now() - random() * interval '2 hours' end, case when $2 then 'signed_out' end
       from generate_series(1, greatest(0, $1 - (select count(*) from sessions where not $2))) as n`,
      [count, revoked],
    );
    await client.query('vacuum analyze sessions');
  });
}

async function tableSizes(tandem: Server, count: number): Promise<Figure[]> {
  return inDatabase(tandem, async (client) => {
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

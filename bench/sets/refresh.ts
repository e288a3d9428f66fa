/** Measures refreshes with a DPoP proof against Better Auth's session refresh. */
import type { Server } from '../../e2e/support/server.ts';
import { type Figure, type Run, ratio, spreadOf } from '../figures.ts';
import { prepareRefreshes, REFRESHES_PER_HOLDER, signInHolders } from '../holders.ts';
import { signUp } from '../peer-cookies.ts';
import { replayAll } from '../replay-all.ts';
import { startPeers, startTandem } from '../servers.ts';
import { StatementCount } from '../statements.ts';

const HOLDERS = 100;

export async function refresh({ quick, say }: Run): Promise<Figure[]> {
  const [tandem, peers] = [await startTandem(), await startPeers()];
  const rounds = quick ? 2 : 6;
  try {
    const betterAuth = { cookie: await signUp(peers.url, '/api/auth-plain', 'refresher') };
    const own: number[] = [];
    const others: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`round ${round} of ${rounds}`);
      // New holders in every round: the server remembers a limited number of proofs per session.
      const holders = await signInHolders(tandem, quick ? HOLDERS / 4 : HOLDERS);
      const prepared = await prepareRefreshes(holders, REFRESHES_PER_HOLDER);
      own.push(await replayAll(prepared, 201));
      const theirs = { url: `${peers.url}/api/better-auth-refresh`, method: 'PUT', headers: betterAuth };
      others.push(await replayAll(Array(prepared.length).fill(theirs), 201));
    }
    return [
      { name: 'refreshes with a proof', ...spreadOf(own), unit: 'per second' },
      { name: 'refresh ÷ Better Auth’s session refresh', ...ratio(own, others), unit: 'ratio' },
      await statementsPerRefresh(tandem, say),
    ];
  } finally {
    await peers.stop();
    await tandem.stop();
  }
}

async function statementsPerRefresh(tandem: Server, say: Run['say']): Promise<Figure> {
  say('statements');
  const prepared = await prepareRefreshes(await signInHolders(tandem, HOLDERS), REFRESHES_PER_HOLDER);
  const count = await StatementCount.begin(tandem.databaseUrl);
  await replayAll(prepared, 201);
  return {
    name: 'database statements per refresh',
    value: Math.round(((await count.lap()) / prepared.length) * 10) / 10,
    unit: 'count',
    target: { atMost: 1 },
    note: 'To the nearest tenth, since the deny-set’s one query a second is counted too',
  };
}

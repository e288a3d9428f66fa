/** Measures the cost of authentication: a guarded JSON route and page against the same ones without a guard, also for the peers. */
import { type Figure, type Run, ratio } from '../figures.ts';
import { measureInTurns, type Target } from '../load.ts';
import { peerCookies } from '../peer-cookies.ts';
import { signedInCookie, startPeers, startTandem } from '../servers.ts';

const PEERS = {
  jose: 'jose alone',
  iron: 'iron-session alone',
  'next-auth': 'next-auth 4',
  'better-auth': 'Better Auth on PostgreSQL',
  'better-auth-cached': 'Better Auth with its cookie cache',
} as const;
/** Shorter than a burst of other load, so that a burst affects the rounds of both sides. */
const ROUND_SECONDS = 0.5;

export async function guarded({ quick, say }: Run): Promise<Figure[]> {
  const [tandem, peers] = [await startTandem(), await startPeers()];
  try {
    const cookies = await peerCookies(peers.url);
    const own = { cookie: await signedInCookie(tandem.url) };
    const at = (url: string, path: string, headers: Record<string, string>): Target => ({
      name: path,
      url: url + path.replace(' again', ''),
      headers,
    });
    const options = (rounds: number) => ({
      rounds: quick ? 4 : rounds,
      secondsPerRound: ROUND_SECONDS,
      connections: 8,
    });
    // More rounds for Tandem and the bare route, to show a difference of a twentieth.
    const ours = await measureInTurns(
      [
        at(tandem.url, '/api/bench/bare', own),
        at(tandem.url, '/api/bench/guarded', own),
        at(tandem.url, '/bench/bare', own),
        at(tandem.url, '/bench/guarded', own),
        at(peers.url, '/api/bare', { cookie: cookies.jose }),
      ],
      options(28),
      say,
    );
    const theirs = await measureInTurns(
      [
        at(peers.url, '/api/bare again', { cookie: cookies.jose }),
        ...Object.keys(PEERS).map((peer) =>
          at(peers.url, `/api/${peer}`, { cookie: cookies[peer as keyof typeof cookies] }),
        ),
        at(peers.url, '/bare', { cookie: cookies.jose }),
        at(peers.url, '/jose', { cookie: cookies.jose }),
      ],
      options(10),
      say,
    );
    const measured = new Map([...ours, ...theirs]);
    const rates = (path: string) => (measured.get(path) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
    const figures: Figure[] = [
      {
        name: 'guarded JSON route ÷ the same bare: Tandem',
        ...ratio(rates('/api/bench/guarded'), rates('/api/bench/bare')),
        unit: 'ratio',
        target: { atLeast: 0.95 },
        note: 'Revocation on',
      },
      ...Object.entries(PEERS).map(
        ([peer, name]): Figure => ({
          name: `guarded JSON route ÷ the same bare: ${name}`,
          ...ratio(rates(`/api/${peer}`), rates('/api/bare again')),
          unit: 'ratio',
        }),
      ),
      {
        name: 'Tandem’s guarded JSON route ÷ a bare route under `next start`',
        ...ratio(rates('/api/bench/guarded'), rates('/api/bare')),
        unit: 'ratio',
        target: { atLeast: 0.95 },
        note: 'With everything else that Tandem adds: limits, headers, a request id, metrics',
      },
      {
        name: 'guarded page ÷ the same page behind an empty middleware: Tandem',
        ...ratio(rates('/bench/guarded'), rates('/bench/bare')),
        unit: 'ratio',
        target: { atLeast: 0.95 },
        note: 'Nonce, content policy and guard included',
      },
      {
        name: 'guarded page through middleware ÷ the same bare: jose alone',
        ...ratio(rates('/jose'), rates('/bare')),
        unit: 'ratio',
      },
    ];
    return figures;
  } finally {
    await peers.stop();
    await tandem.stop();
  }
}

/** Measures sign-ins at OWASP's password cost, and their effect on guarded requests. */
import { type Figure, median, quartiles, type Run, spreadOf } from '../figures.ts';
import { load, type Target } from '../load.ts';
import { signedInCookie, startTandem } from '../servers.ts';

const FLOOD_CONNECTIONS = 50;
const GUARDED_CONNECTIONS = 2;

export async function signIn({ quick, say }: Run): Promise<Figure[]> {
  const tandem = await startTandem();
  const [rounds, seconds] = quick ? [2, 3] : [5, 4];
  try {
    const signIns: Target = {
      name: 'sign-in',
      url: `${tandem.url}/api/login`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', pwd: '123456', transport: 'bearer' }),
    };
    const guarded: Target = {
      name: 'guarded',
      url: `${tandem.url}/api/bench/guarded`,
      headers: { cookie: await signedInCookie(tandem.url) },
    };
    await load(guarded, 2, GUARDED_CONNECTIONS);
    const rates: number[] = [];
    const idle: number[] = [];
    const flooded: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`round ${round} of ${rounds}`);
      idle.push((await load(guarded, seconds, GUARDED_CONNECTIONS)).p99Ms);
      const [flood, during] = await Promise.all([
        load(signIns, seconds + 1, FLOOD_CONNECTIONS),
        load(guarded, seconds, GUARDED_CONNECTIONS),
      ]);
      rates.push(flood.requestsPerSecond);
      flooded.push(during.p99Ms);
    }
    const ratios = flooded.map((p99, round) => p99 / (idle[round] ?? Number.NaN));
    return [
      {
        name: 'sign-ins, 50 at a time, beside guarded requests',
        ...spreadOf(rates),
        unit: 'per second',
        note: 'argon2id, 19 MiB, two passes',
      },
      { name: 'p99 of the guarded route, idle', ...spreadOf(idle), unit: 'ms' },
      {
        name: 'p99 of the guarded route under 50 sign-ins at a time ÷ idle',
        value: median(flooded) / median(idle),
        spread: quartiles(ratios),
        unit: 'ratio',
        target: { atMost: 3 },
      },
    ];
  } finally {
    await tandem.stop();
  }
}

/** Measures the memory of a process, after its start and after a hundred thousand requests. */
import { readFile } from 'node:fs/promises';
import type { Server } from '../../e2e/support/server.ts';
import type { Figure, Run } from '../figures.ts';
import { load, type Target } from '../load.ts';
import { signedInCookie, startTandem } from '../servers.ts';

const REQUESTS = 100_000;
const MEGABYTE = 1e6;
/** A higher ratio of the end to the middle of the run means growth, not variation by the garbage collector. */
const FLAT_RATIO = 1.1;

export async function memory({ quick, say }: Run): Promise<Figure[]> {
  say('both databases at once');
  const requests = quick ? REQUESTS / 10 : REQUESTS;
  // Memory does not depend on speed, so both run at once. If one fails, the other is still stopped.
  const measured = await Promise.allSettled([measure('embedded', 600, requests), measure('postgres', 350, requests)]);
  return measured.flatMap((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function measure(database: 'embedded' | 'postgres', limitMb: number, requests: number): Promise<Figure[]> {
  const tandem = await startTandem({ database });
  try {
    const target: Target = {
      name: 'guarded',
      url: `${tandem.url}/api/bench/guarded`,
      headers: { cookie: await signedInCookie(tandem.url) },
    };
    const atStart = await residentMb(tandem);
    await send(target, requests / 2);
    const atHalf = await residentMb(tandem);
    await send(target, requests / 2);
    const atEnd = await residentMb(tandem);
    return [
      {
        name: `resident memory after the start, ${database}`,
        value: atStart,
        unit: 'MB',
        target: { atMost: limitMb },
      },
      {
        name: `resident memory after ${requests === REQUESTS ? '10⁵' : '10⁴'} requests, ${database}`,
        value: atEnd,
        unit: 'MB',
        target: { atMost: limitMb },
      },
      {
        name: `resident memory at the end ÷ half-way, ${database}`,
        value: atEnd / atHalf,
        unit: 'ratio',
        target: { atMost: FLAT_RATIO },
      },
    ];
  } finally {
    await tandem.stop();
  }
}

async function send(target: Target, requests: number): Promise<void> {
  let left = requests;
  while (left > 0) left -= (await load(target, 5, 16)).total;
}

/** Read from Linux's `/proc`. */
async function residentMb(server: Server): Promise<number> {
  const status = await readFile(`/proc/${server.pid()}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024) / MEGABYTE;
}

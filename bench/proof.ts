/** `npm run bench:proof`: measures the cost of a DPoP proof, in the browser and on the server. Prints medians and 95th percentiles. */
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { CHROMIUM_ARGS, obtainBrowser } from '../e2e/support/browser.ts';
import { send } from '../e2e/support/http.ts';
import { KeyHolder } from '../e2e/support/key-holder.ts';
import { startServer } from '../e2e/support/server.ts';
import { SERVER_ENV } from '../e2e/support/tokens.ts';
import { newProofKey } from '../lib/auth/binding/test-proof.ts';
import { buildIfStale } from '../scripts/set-up.mjs';

const ROUNDS = 200;
/** With short-lived tokens the server remembers as many proofs as are sent here. */
const ENV = { ...SERVER_ENV, ACCESS_TOKEN_LIFETIME: '10s' };
/** Below the server's limit of refreshes per session and minute. */
const PER_SESSION = 50;

await buildIfStale();
report('In the browser: key read, proof made', await inBrowser());
const server = await startServer({ env: ENV });
try {
  const [without, withProof] = await onServer();
  report('On the server: refresh without a key', without);
  report('On the server: refresh with a proof', withProof);
} finally {
  await server.stop();
}

/** The shipped code with a server that answers at once. */
async function inBrowser(): Promise<number[]> {
  const { outputFiles } = await build({
    entryPoints: [new URL('../lib/client/session/with-proof.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'tandem',
    write: false,
  });
  const browser = await chromium.launch({ executablePath: obtainBrowser(), args: CHROMIUM_ARGS });
  const page = await browser.newPage();
  await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  await page.goto('http://localhost/');
  const times = await page.evaluate(
    async ([source, rounds]) => {
      const { withProof } = new Function(`${source}; return tandem`)();
      const send = withProof(async () => new Response(null, { status: 201 }), { last: 'k3x.AAAAAAAAAAAAAAAAAAAAAA' });
      await send('/api/login', { method: 'POST' });
      const measured: number[] = [];
      for (let n = 0; n < rounds; n += 1) {
        const start = performance.now();
        await send('/api/refresh_token', { method: 'PUT' });
        measured.push(performance.now() - start);
      }
      return measured;
    },
    [outputFiles[0]?.text ?? '', ROUNDS] as const,
  );
  await browser.close();
  return times;
}

/** Both kinds alternate, so that other load on the machine affects both. */
async function onServer(): Promise<[number[], number[]]> {
  const without: number[] = [];
  const withProof: number[] = [];
  const key = await newProofKey();
  for (let done = 0; done < ROUNDS; done += PER_SESSION) {
    const bound = new KeyHolder(server.url, key);
    await bound.login();
    const plain = new KeyHolder(server.url, key);
    await plain.signIn();
    const cookies = [plain, bound].map(({ jar }) => jar.header('/api/refresh_token'));
    for (let n = 0; n < PER_SESSION; n += 1) {
      without.push(await timedPut({ cookie: cookies[0] ?? '' }));
      withProof.push(await timedPut({ cookie: cookies[1] ?? '', dpop: await bound.proof() }));
    }
  }
  return [without, withProof];
}

async function timedPut(headers: Record<string, string>): Promise<number> {
  const start = performance.now();
  const { status, text } = await send(server.url, '/api/refresh_token', { method: 'PUT', headers });
  if (status !== 201) throw new Error(`not refreshed: ${status} ${text}`);
  return performance.now() - start;
}

function report(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
  console.log(`${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms (n=${sorted.length})`);
}

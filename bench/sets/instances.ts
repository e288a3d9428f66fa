/** Measures two processes on one database: their throughput, and how soon one refuses a session that the other revoked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send } from '../../e2e/support/http.ts';
import { freePort, type Server } from '../../e2e/support/server.ts';
import { AUTH_SECRETS } from '../../e2e/support/tokens.ts';
import { type Figure, quantile, type Run, ratio } from '../figures.ts';
import { load, measureInTurns, type Target } from '../load.ts';
import { signedInCookie, startTandem, untilAnswered } from '../servers.ts';
import { StatementCount } from '../statements.ts';

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
const TRIES_AT_ONCE = 10;
const LOADED_SECONDS = 10;

export async function instances({ quick, say }: Run): Promise<Figure[]> {
  const nginxPort = await freePort();
  const env = { AUTH_SECRETS, APP_ORIGIN: `http://localhost:${nginxPort}`, TRUST_PROXY: '1' };
  const one = await startTandem({ env });
  const other = await startTandem({ env, database: new URL(one.databaseUrl ?? '') });
  try {
    const times = await revocations(one, other, quick ? 20 : 200, say);
    const figures: Figure[] = [
      { name: 'revocation to refusal by another instance: median', value: quantile(times, 0.5), unit: 'ms' },
      {
        name: `revocation to refusal by another instance: longest of ${times.length}`,
        value: Math.max(...times),
        unit: 'ms',
        target: { atMost: 1_100 },
      },
      ...(await pulls(one, say)),
    ];
    if (!NGINX) {
      say('nginx is not installed, so two instances ÷ one is left out');
      return figures;
    }
    return [...figures, await twoToOne(one, other, nginxPort, quick, say)];
  } finally {
    await other.stop();
    await one.stop();
  }
}

async function revocations(here: Server, there: Server, tries: number, say: Run['say']): Promise<number[]> {
  const times: number[] = [];
  say(`${tries} revocations`);
  await Promise.all(
    Array.from({ length: TRIES_AT_ONCE }, async () => {
      for (let n = 0; n < tries / TRIES_AT_ONCE; n += 1) times.push(await msUntilRefused(here, there));
    }),
  );
  return times;
}

/** Milliseconds from the sign-out's answer at one instance to the first refusal at the other. */
async function msUntilRefused(here: Server, there: Server): Promise<number> {
  const json = { name: 'admin', pwd: '123456', transport: 'bearer' };
  const { json: tokens } = await send(here.url, '/api/login', { method: 'POST', json });
  const headers = { authorization: `Bearer ${tokens.token}` };
  const status = async () => (await send(there.url, '/api/session', { headers })).status;
  if ((await status()) !== 200) throw new Error('The other instance does not know the session.');
  await send(here.url, '/api/logout', { method: 'POST', headers });
  const endedAt = performance.now();
  while ((await status()) !== 401);
  return performance.now() - endedAt;
}

/** Database statements for the deny-set, under load and when idle. */
async function pulls(server: Server, say: Run['say']): Promise<Figure[]> {
  say('statements per second');
  const target: Target = {
    name: 'guarded',
    url: `${server.url}/api/bench/guarded`,
    headers: { cookie: await signedInCookie(server.url) },
  };
  const count = await StatementCount.begin(server.databaseUrl);
  await load(target, LOADED_SECONDS, 8);
  const loaded = (await count.lap()) / LOADED_SECONDS;
  const idleSince = performance.now();
  const idle = ((await count.lap()) * 1_000) / (performance.now() - idleSince);
  return [
    {
      name: 'database statements of an instance, thousands of guarded requests a minute',
      value: loaded,
      unit: 'per second',
    },
    { name: 'database statements of two instances, idle', value: idle, unit: 'per second' },
  ];
}

async function twoToOne(one: Server, other: Server, port: number, quick: boolean, say: Run['say']): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  const alone = await freePort();
  let nginx: ChildProcess | undefined;
  try {
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, { port, alone }, [one.port, other.port]));
    nginx = spawn(NGINX ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]);
    await untilAnswered(`http://localhost:${port}/api/health`);
    const headers = { cookie: await signedInCookie(one.url) };
    const at = (name: string, ownPort: number): Target => ({
      name,
      url: `http://localhost:${ownPort}/api/bench/guarded`,
      headers,
    });
    const options = { rounds: quick ? 4 : 20, secondsPerRound: 0.5, connections: 16 };
    const measured = await measureInTurns([at('one', alone), at('two', port)], options, say);
    const rates = (name: string) => (measured.get(name) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
    return {
      name: 'guarded route: two instances ÷ one, behind nginx',
      ...ratio(rates('two'), rates('one')),
      unit: 'ratio',
      note: 'On two cores, which also carry nginx, the database and the load',
    };
  } finally {
    if (nginx) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** The nginx configuration: one port for both instances, and one for the first only. */
function configuration(
  folder: string,
  ports: { port: number; alone: number },
  upstreams: readonly [number, number],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  const upstream = (name: string, own: readonly number[]) =>
    `upstream ${name} { ${own.map((port) => `server localhost:${port};`).join(' ')} keepalive 32; }`;
  const server = (name: string, port: number) =>
    `server { listen ${port}; location / { proxy_pass http://${name}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; } }`;
  return `daemon off; pid ${folder}/pid; worker_processes 1; events {} http { access_log off; ${temporary.join(' ')}
${upstream('both', upstreams)} ${upstream('first', [upstreams[0]])}
${server('both', ports.port)} ${server('first', ports.alone)} }`;
}

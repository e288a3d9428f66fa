/** Builds and starts the measured servers: Tandem with four more routes, and the peers, as production builds. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { dropDatabase, makeDatabase } from '../e2e/support/fresh-database.ts';
import { Visitor } from '../e2e/support/http.ts';
import { freePort, type Server, type ServerOptions, startServer } from '../e2e/support/server.ts';
import { buildIfStale } from '../scripts/set-up.mjs';

const ROOT = new URL('../', import.meta.url);
const WORK = new URL('./.work/tandem/', import.meta.url);
const PEERS = fileURLToPath(new URL('./peers', import.meta.url));
const COPIED = [
  'app',
  'lib',
  'scripts',
  'instrumentation.ts',
  'middleware.ts',
  'next.config.js',
  'package.json',
  'tsconfig.json',
  '.postcssrc.json',
];
const START_TIMEOUT_MS = 60_000;
/** In `middleware.ts`. */
const MIDDLEWARE = 'export async function middleware(request: NextRequest): Promise<Response> {';
const GUARDED_PATHS = '(order|account)';

let prepared: Promise<void> | undefined;

/** Builds a copy of Tandem with the routes of `overlay/`, so that the app has no routes for the benchmark. */
function prepareTandem(): Promise<void> {
  prepared ??= (async () => {
    await mkdir(WORK, { recursive: true });
    for (const name of COPIED) await cp(new URL(name, ROOT), new URL(name, WORK), { recursive: true });
    await cp(new URL('./overlay', import.meta.url), WORK, { recursive: true });
    await symlink('../../../node_modules', new URL('node_modules', WORK), 'junction').catch(ifPresent);
    // One of its two pages is guarded like every signed-in page; the other has a middleware that does nothing.
    const middleware = new URL('middleware.ts', WORK);
    const source = await readFile(middleware, 'utf8');
    const [head = '', body] = source.split(MIDDLEWARE);
    if (body === undefined || !head.includes(GUARDED_PATHS))
      throw new Error('middleware.ts is not as stage.ts expects it.');
    const guarded = head.replace(GUARDED_PATHS, '(order|account|bench\\/guarded)');
    await writeFile(
      middleware,
      `${guarded}${MIDDLEWARE}\n  if (request.nextUrl.pathname === '/bench/bare') return NextResponse.next();${body}`,
    );
    await buildIfStale(fileURLToPath(WORK));
  })();
  return prepared;
}

export async function startTandem(options: ServerOptions = {}): Promise<Server> {
  await prepareTandem();
  return tracked(await startServer({ database: 'postgres', ...options, root: WORK }));
}

/** The `Cookie` header of a new session. */
export async function signedInCookie(url: string): Promise<string> {
  const visitor = new Visitor(url);
  const { status, text } = await visitor.signIn();
  if (status !== 200) throw new Error(`Nobody could sign in: ${status} ${text}`);
  return visitor.jar.header('/');
}

export interface Peers {
  url: string;
  stop(): Promise<void>;
}

let peersBuilt = false;

export async function startPeers(): Promise<Peers> {
  const require = createRequire(new URL('./package.json', import.meta.url));
  const next = require.resolve('next/dist/bin/next');
  const [databaseUrl, port] = [await makeDatabase(), await freePort()];
  const env = {
    ...process.env,
    NODE_ENV: 'production' as const,
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: databaseUrl,
    APP_ORIGIN: `http://localhost:${port}`,
  };
  if (!peersBuilt) {
    const { status, stderr } = spawnSync(process.execPath, [next, 'build', PEERS], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The peers could not be built: ${stderr}`);
    peersBuilt = true;
  }
  const migrated = spawnSync(process.execPath, [fileURLToPath(new URL('./migrate-peers.mjs', import.meta.url))], {
    env,
    encoding: 'utf8',
  });
  if (migrated.status !== 0) throw new Error(`The peers’ tables could not be made: ${migrated.stderr}`);
  const child = spawn(process.execPath, [next, 'start', PEERS, '-p', String(port)], { env, stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  const peers = tracked({
    url,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await dropDatabase(databaseUrl);
    },
  });
  await untilAnswered(`${url}/api/bare`);
  return peers;
}

const running = new Set<Server | Peers>();

/** Stop the servers of a failed set: they would spoil the next figures and keep the benchmark running. */
export async function stopAll(): Promise<void> {
  for (const server of running) await server.stop();
}

function tracked<S extends Server | Peers>(server: S): S {
  const { stop } = server;
  running.add(server);
  return Object.assign(server, {
    stop: () => {
      running.delete(server);
      return stop();
    },
  });
}

export async function untilAnswered(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} has not answered in ${START_TIMEOUT_MS / 1_000} s.`);
}

function ifPresent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

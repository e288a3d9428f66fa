/** The start script around Next's request handler: everything a request relies on is there before the port opens. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, stripVTControlCharacters } from 'node:util';
import nextEnv from '@next/env';
import { findPrincipal } from '../lib/auth/request/authenticate.ts';
import { isDatabaseKnownAway } from '../lib/auth/sessions/deny-set.ts';
import { loadKeys } from '../lib/auth/tokens/keys.ts';
import { type Database, database as openedDatabase, provideDatabase } from '../lib/db/client.ts';
import { databaseTime } from '../lib/db/clock.ts';
import { DataFolderError } from '../lib/db/data-folder.ts';
import { users } from '../lib/db/schema.ts';
import { type Env, EnvError, env } from '../lib/env.ts';
import { EXIT_TIMEOUT_MS } from '../lib/http/connections.ts';
import { errorText, type LogEvent, logError, logEvent } from '../lib/log.ts';
import { announceIfSlow } from './announce-if-slow.ts';
import { readCompressedFiles } from './compressed-files.ts';
import { createHttpServer } from './http-server.ts';
import { openDatabase } from './open-database.ts';
import { StartError } from './start-error.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const dev = process.argv.includes('--dev');
// Next's types make it read-only; React and Next choose their builds by it when they are loaded, which is below.
Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' });

process.on('uncaughtException', (error) => {
  logError('sys_crash', error);
  process.exit(1);
});

try {
  await start();
} catch (error) {
  const expected = error instanceof StartError || error instanceof DataFolderError || error instanceof EnvError;
  process.stderr.write(`${expected ? error.message : format(error)}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  // Next would read the `.env` files only later, and then its bundles would see another environment than we do.
  nextEnv.loadEnvConfig(ROOT, dev, { info: () => {}, error: console.error });
  const settings = env();
  if (!dev) logConsole();
  await requireFreePort(settings.port);
  // Next takes as long to load as the database, and needs it only for the first request.
  const [database, app] = await Promise.all([
    announceIfSlow(waitForDatabase(settings), () => openDatabase(settings, new Date())),
    announceIfSlow('Loading Next …', () => prepareNext(settings)),
  ]);
  provideDatabase(database);
  await loadKeys(settings);
  await serve(settings, app, database);
  logEvent('sys_startup', { database: database.kind });
  // In one piece: who waits for the first line has the second, too.
  process.stdout.write(
    `Tandem is at ${settings.appOrigin}\n${settings.demoData ? 'Sign in as admin / 123456\n' : await hintOfFirstUser(database)}`,
  );
}

/** The URL holds a password, so only its host is named. */
function waitForDatabase({ databaseUrl }: Env): string {
  return databaseUrl ? `Waiting for PostgreSQL at ${new URL(databaseUrl).host} …` : 'Opening the embedded database …';
}

/** Empty where somebody can sign in. */
async function hintOfFirstUser({ db }: Database): Promise<string> {
  return (await db.$count(users)) === 0 ? 'There is no user yet; make one with: npm run tandem -- user add NAME\n' : '';
}

async function prepareNext({ appOrigin }: Env) {
  const { default: next } = await import('next');
  const { hostname, protocol, port } = new URL(appOrigin);
  // Where Next builds absolute addresses, they are those of the public origin, whatever `Host` a client sends.
  // Quiet, Next would keep the faults of pages to itself, too.
  const about = { dev, dir: ROOT, hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)), quiet: dev };
  const app = next(about);
  await app.prepare();
  return app;
}

async function serve(
  { appOrigin, port, trustProxy }: Env,
  app: Awaited<ReturnType<typeof prepareNext>>,
  database: Database,
): Promise<void> {
  const next = app.getRequestHandler();
  const files = dev ? undefined : await readCompressedFiles(join(ROOT, '.next'));
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (!files?.answer(request, response)) await next(request, response);
  };
  const { server, stop } = createHttpServer({ handle, appOrigin, trustProxy, dev, isSignedIn });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(port, error)));
    server.listen(port, resolve);
  });
  stopOnSignal(async () => {
    await stop();
    await app.close();
    await database.close();
  });
}

/** False also while the database is away: middleware then says so. */
async function isSignedIn({ authorization, cookie }: IncomingHttpHeaders): Promise<boolean> {
  const headers = new Headers({ ...(authorization && { authorization }), ...(cookie && { cookie }) });
  const principal = await findPrincipal(headers, await databaseTime(openedDatabase())).catch(() => null);
  return principal !== null && !isDatabaseKnownAway();
}

/** What Next says on its own, mostly errors of pages with their stacks, is one line of the log as well. */
function logConsole(): void {
  const toLog =
    (event: LogEvent) =>
    (...args: unknown[]) =>
      logEvent(event, { text: stripVTControlCharacters(format(...args.map(withoutObjects))) });
  const [note, fault] = [toLog('server_message'), toLog('server_error_message')];
  Object.assign(console, { log: note, info: note, debug: note, warn: fault, error: fault });
}

/** Printed as an object, an error would show its fields too, and those of a failed query hold its values. */
function withoutObjects(printed: unknown): unknown {
  return printed instanceof Error ? errorText(printed) : printed;
}

/** A terminal and npm both pass a signal on, so the second one of a pair is nothing new. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      logError('stop_failed', new Error('The stop took too long.'));
      process.exit(1);
    }, EXIT_TIMEOUT_MS);
    try {
      await stop();
      logEvent('sys_shutdown');
      process.exit(0);
    } catch (error) {
      logError('stop_failed', error);
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
}

/** Asked first, since opening a database takes seconds. */
function requireFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(portError(port, error)));
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

function portError(port: number, error: NodeJS.ErrnoException): StartError {
  const problem =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use`
      : error.code === 'EACCES'
        ? `Port ${port} may not be opened by this user`
        : `Port ${port} cannot be opened (${error.message})`;
  return new StartError(`${problem}: stop what uses it, or set PORT to another one.`, { cause: error });
}

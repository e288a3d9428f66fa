/** Starts what requests rely on: environment, limits of the server, database, keys. A start that fails ends the process with one sentence. */
import { format } from 'node:util';
import { loadKeys } from '../auth/tokens/keys.ts';
import { type Database, provideDatabase } from '../db/client.ts';
import { users } from '../db/schema.ts';
import { type Env, EnvError, env, isDevelopment } from '../env.ts';
import { logError, logEvent } from '../log.ts';
import { processWide } from '../process-wide.ts';
import { StartError } from '../start-error.ts';
import { announceIfSlow } from './announce-if-slow.ts';
import { findServer } from './find-server.ts';
import { type GuardedServer, guardServer } from './guard-server.ts';
import { logConsole } from './log-console.ts';
import { prepareDatabase } from './prepare-database.ts';
import { stopOnSignal } from './stop.ts';

/** Start once per process: `next dev` registers again when a file changes. */
export function start(): Promise<void> {
  return processWide('start', () => startOrExit());
}

async function startOrExit(): Promise<void> {
  try {
    await startProcess(env());
  } catch (error) {
    const expected = error instanceof StartError || error instanceof EnvError;
    process.stderr.write(`${expected ? error.message : format(error)}\n`);
    // Next would keep running and answer 500 to everything.
    process.exit(1);
  }
}

async function startProcess(settings: Env): Promise<void> {
  let server: GuardedServer | undefined;
  let database: Database | undefined;
  process.on('uncaughtException', (error) => {
    logError('sys_crash', error);
    process.exit(1);
  });
  // First, because Next listens already.
  findServer((found, socket) => {
    server = guardServer(found, socket, settings);
  });
  stopOnSignal(async () => {
    await server?.stop();
    await database?.close();
  });
  if (!isDevelopment()) logConsole();
  database = await announceIfSlow(waitForDatabase(settings), () => prepareDatabase(settings, new Date()));
  await loadKeys(settings);
  provideDatabase(database);
  logEvent('sys_startup', { database: database.kind });
  // One write, so that a reader who waits for the first line has the second, too.
  process.stdout.write(
    `Tandem is at ${settings.appOrigin}\n${settings.demoData ? 'Sign in as admin / 123456\n' : await hintOfFirstUser(database)}`,
  );
}

/** The URL holds a password, so only its host is named. */
function waitForDatabase({ databaseUrl }: Env): string {
  return databaseUrl ? `Waiting for PostgreSQL at ${new URL(databaseUrl).host} …` : 'Opening the embedded database …';
}

/** Empty if there is a user. */
async function hintOfFirstUser({ db }: Database): Promise<string> {
  return (await db.$count(users)) === 0 ? 'There is no user yet; make one with: npm run tandem -- user add NAME\n' : '';
}

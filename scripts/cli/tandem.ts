/** The operators' command line: users, sessions, and the doctor. Exit code 0 done, 1 refused or failed, 2 wrong usage. */
import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';
import { Command, CommanderError } from 'commander';
import { deviceWords } from '../../lib/auth/caller/device-words.ts';
import {
  addUser,
  disableUser,
  enableUser,
  endSessions,
  listSessions,
  listUsers,
  OperatorError,
  setPassword,
  unlockUser,
} from '../../lib/auth/passwords/operators.ts';
import { loadKeys } from '../../lib/auth/tokens/keys.ts';
import type { Db } from '../../lib/db/client.ts';
import { EnvError, env } from '../../lib/env.ts';
import { prepareDatabase } from '../../lib/server/prepare-database.ts';
import { StartError } from '../../lib/start-error.ts';
import { doctor } from './doctor.ts';
import { printable } from './printable.ts';
import { readPassword } from './read-password.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const USAGE_EXIT_CODE = 2;

nextEnv.loadEnvConfig(ROOT, false, { info: () => {}, error: console.error });
// Results are printed as sentences; log lines would mix with them.
process.env.LOG_LEVEL = 'silent';

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function program(): Command {
  const tandem = new Command('tandem')
    .description(
      'Looks after the users and sessions of a Tandem installation; the environment says of which, as for npm start.',
    )
    // Commander would echo the arguments, and one may be a password.
    .configureOutput({ outputError: () => {} })
    .exitOverride();

  const user = tandem.command('user').description('users');
  user
    .command('add <name>')
    .description('makes a user; asks for the password, or takes it from standard input')
    .action(async (name: string) => {
      const password = await readPassword(`Password for ${name}`);
      await withDatabase((db) => addUser(db, name, password));
      say(`${name} can sign in.`);
    });
  user
    .command('list')
    .description('the users; says whose name another one is taken for')
    .action(async () => {
      const all = await withDatabase((db) => listUsers(db));
      say(all.length > 0 ? all.map(userLine).join('\n') : 'There is no user yet.');
    });
  user
    .command('password <name>')
    .description('sets a new password and ends every session of the user')
    .action(async (name: string) => {
      const password = await readPassword(`New password for ${name}`);
      const ended = await withDatabase((db) => setPassword(db, name, password, new Date()));
      say(`${name} has a new password. ${endedWords(ended)}`);
    });
  user
    .command('disable <name>')
    .description('ends every session of the user and lets no new one begin')
    .action(async (name: string) => {
      const ended = await withDatabase((db) => disableUser(db, name, new Date()));
      say(`${name} is disabled. ${endedWords(ended)}`);
    });
  user
    .command('enable <name>')
    .description('lets a disabled user sign in again')
    .action(async (name: string) => {
      await withDatabase((db) => enableUser(db, name));
      say(`${name} can sign in again.`);
    });
  user
    .command('unlock <name>')
    .description('forgets the wrong passwords that were tried for a user')
    .action(async (name: string) => {
      await withDatabase((db) => unlockUser(db, name));
      say(`${name} can try again.`);
    });

  const session = tandem.command('session').description('sessions');
  session
    .command('list')
    .description('the live sessions')
    .option('--user <name>', 'of one user')
    .action(async ({ user: name }: { user?: string }) => {
      const live = await withDatabase((db) => listSessions(db, new Date(), name));
      say(live.length > 0 ? table(live) : 'Nobody is signed in.');
    });
  const end = session
    .command('end')
    .description('ends sessions; every server refuses them within REVOCATION_LAG')
    .option('--user <name>', 'those of one user')
    .option('--all', 'those of everybody')
    .action(async ({ user: name, all = false }: { user?: string; all?: boolean }) => {
      if (all === (name !== undefined)) end.error('error: give either --user <name> or --all', { exitCode: 2 });
      say(endedWords(await withDatabase((db) => endSessions(db, name))));
    });

  tandem
    .command('doctor')
    .description('looks at configuration, database, clock and keys, and says what to do')
    .action(async () => {
      const findings = await doctor(process.env);
      for (const { ok, text } of findings) say(`${ok ? 'ok ' : 'FIX'}  ${text}`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
  return tandem;
}

async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const settings = env();
  const database = await prepareDatabase({ ...settings, demoData: false }, new Date());
  try {
    await loadKeys(settings);
    return await work(database.db);
  } finally {
    await database.close();
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (!error.code.startsWith('commander.help')) complain(usageSentence(error));
    return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  }
  const expected = [OperatorError, StartError, EnvError].some((kind) => error instanceof kind);
  complain(expected && error instanceof Error ? error.message : String(error));
  return 1;
}

function usageSentence({ code, message }: CommanderError): string {
  const rest = 'A password is asked for, or taken from standard input; as an argument others could read it.';
  if (code === 'commander.excessArguments') return `error: too many arguments. ${rest}`;
  return code === 'commander.unknownOption' ? `error: unknown option. ${rest}` : message;
}

function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

function endedWords(count: number): string {
  return count === 1 ? '1 session ended.' : `${count} sessions ended.`;
}

function userLine({ name, disabledAt, isPrepared }: Awaited<ReturnType<typeof listUsers>>[number]): string {
  const disabled = disabledAt ? '  disabled' : '';
  const spelling = isPrepared
    ? ''
    : '  signs in by exactly this spelling, since another name differs in case, width or blanks alone';
  return `${name}${disabled}${spelling}`;
}

function table(live: Awaited<ReturnType<typeof listSessions>>): string {
  const minute = (at: Date | null) => at?.toISOString().slice(0, 16).replace('T', ' ') ?? '';
  const rows = live.map((session) => [
    session.userName,
    deviceWords(session.userAgent),
    session.address,
    minute(session.createdAt),
    minute(session.lastRefreshedAt),
    minute(session.expiresAt),
    session.jkt ? 'yes' : 'no',
  ]);
  const all = [['user', 'device', 'address', 'signed in (UTC)', 'refreshed', 'ends', 'bound'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

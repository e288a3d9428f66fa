/** Checks an installation without changing it: one sentence per finding, and what to do. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { verifyPassword } from '../../lib/auth/passwords/password.ts';
import { inspectDataFolder } from '../../lib/db/data-folder.ts';
import { type Env, EnvError, parseEnv } from '../../lib/env.ts';
import { DEMO_USERS } from '../../lib/orders/demo-data.ts';

export interface Finding {
  ok: boolean;
  text: string;
}

const JOURNAL = fileURLToPath(new URL('../../lib/db/migrations/meta/_journal.json', import.meta.url));
const CLOCK_DIFFERENCE_MAX_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

const ok = (text: string): Finding => ({ ok: true, text });
const fix = (text: string): Finding => ({ ok: false, text });

export async function doctor(variables: Record<string, string | undefined>): Promise<Finding[]> {
  const settings = configuration(variables);
  if (Array.isArray(settings)) return settings;
  const database = settings.databaseUrl ? await postgres(settings.databaseUrl) : embedded(settings.dataDir);
  return [ok('The configuration can be read.'), ...surroundings(settings), ...keys(settings), ...database];
}

function configuration(variables: Record<string, string | undefined>): Env | Finding[] {
  try {
    return parseEnv(variables);
  } catch (error) {
    if (error instanceof EnvError) return error.problems.map(fix);
    throw error;
  }
}

function surroundings({ appOrigin, databaseUrl, demoData, trustProxy }: Env): Finding[] {
  const isPublic = appOrigin.startsWith('https:');
  const where = `Pages are served as ${appOrigin}`;
  if (!isPublic) return [ok(`${where}, on this machine only.`)];
  const findings = [ok(`${where}.`)];
  if (demoData)
    findings.push(fix('The demo users, whose passwords are public, are made on a public origin: set DEMO_DATA=off.'));
  if (trustProxy === 0)
    findings.push(
      fix(
        'TLS ends at a proxy, and TRUST_PROXY is 0: every request seems to come from it. Set TRUST_PROXY to the number of proxies.',
      ),
    );
  if (!databaseUrl)
    findings.push(ok('The embedded database serves this one process; several instances need DATABASE_URL.'));
  return findings;
}

function keys({ authSecrets, dataDir }: Env): Finding[] {
  if (authSecrets) {
    const [newest, ...older] = authSecrets;
    const rest =
      older.length > 0 ? `; ${older.map(({ id }) => id).join(', ')} still verify, until 14 days after the change` : '';
    return [ok(`AUTH_SECRETS: ${newest.id} signs${rest}.`)];
  }
  const file = join(dataDir, 'auth-secrets');
  if (!existsSync(file)) return [ok('Secrets will be made at the first start.')];
  const isPrivate = (statSync(file).mode & 0o077) === 0;
  return [
    isPrivate
      ? ok(`Secrets are in ${file}, for its owner alone.`)
      : fix(`Others may read ${file}: chmod 600 it, and replace the secret.`),
  ];
}

function embedded(dataDir: string): Finding[] {
  const problem = inspectDataFolder(dataDir);
  if (problem) return [problem.isInUse ? ok(problem.message) : fix(problem.message)];
  const state = existsSync(dataDir) ? 'can be written, and no process uses it' : 'will be made at the first start';
  return [ok(`The data folder ${dataDir} ${state}.`)];
}

async function postgres(url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    return [ok(`PostgreSQL at ${new URL(url).host} answers.`), await clock(client), ...(await tables(client))];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [fix(`PostgreSQL at ${new URL(url).host} cannot be asked (${reason}): start it, or correct DATABASE_URL.`)];
  } finally {
    await client.end().catch(() => {});
  }
}

async function clock(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query('select extract(epoch from clock_timestamp()) * 1000 as at');
  const differenceMs = Math.abs(Date.now() - Number(rows[0]?.at));
  return differenceMs <= CLOCK_DIFFERENCE_MAX_MS
    ? ok('This machine and the database agree on the time.')
    : fix(`This machine and the database differ by ${Math.round(differenceMs / 1_000)} s: let NTP set both clocks.`);
}

async function tables(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as found");
  if (rows[0]?.found !== true) return [ok('The tables will be made at the first start.')];
  const wanted = JSON.parse(readFileSync(JOURNAL, 'utf8')).entries.length;
  const applied = await client.query('select count(*)::int as count from drizzle.__drizzle_migrations');
  const users = await client.query('select name, password_hash, disabled_at from users order by id');
  return [
    ok(
      applied.rows[0]?.count >= wanted ? 'The tables are up to date.' : 'The next start brings the tables up to date.',
    ),
    users.rows.length > 0
      ? ok(`There are ${users.rows.length} users.`)
      : fix('There is no user yet: npm run tandem -- user add NAME.'),
    ...(await demoUsers(users.rows)),
  ];
}

async function demoUsers(
  rows: { name: string; password_hash: string; disabled_at: Date | null }[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, password } of DEMO_USERS) {
    const user = rows.find((row) => row.name === name && row.disabled_at === null);
    if (user && (await verifyPassword(password, user.password_hash)))
      findings.push(
        fix(`${name} has the password of the demo data, which is public: npm run tandem -- user password ${name}.`),
      );
  }
  return findings;
}

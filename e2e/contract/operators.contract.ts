import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';
import { send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

const TANDEM = fileURLToPath(new URL('../../scripts/cli/tandem.ts', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

async function tandem(env: Record<string, string>, args: string[], input = ''): Promise<Ended> {
  // The process gets exactly this environment; Next's types require `NODE_ENV` in it.
  const child = spawn(process.execPath, [TANDEM, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, APP_ORIGIN: '', ...env } as unknown as NodeJS.ProcessEnv,
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ended.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ended.err += chunk;
  });
  child.stdin.end(input);
  [ended.code] = await once(child, 'close');
  return ended;
}

describe('with data of its own', () => {
  const env: Record<string, string> = { ...SERVER_ENV, DEMO_DATA: 'off' };
  const run = (args: string, input = '') => tandem(env, args.split(' '), input);
  beforeAll(async () => {
    if (process.env.TEST_DATABASE_URL) env.DATABASE_URL = await makeDatabase();
    else env.DATA_DIR = join(tmpdir(), `tandem-operators-${process.pid}`);
  });
  afterAll(async () => {
    if (env.DATABASE_URL) await dropDatabase(env.DATABASE_URL);
    if (env.DATA_DIR) await rm(env.DATA_DIR, { recursive: true, force: true });
  });

  test('a user is made from a password on standard input, and a poor one is refused with its reason', async () => {
    expect(await run('user add anna', 'short\n')).toEqual({ code: 1, out: '', err: 'Use at least 15 characters.\n' });
    expect(await run('user add anna', 'violet lantern orchard\n')).toEqual({
      code: 0,
      out: 'anna can sign in.\n',
      err: '',
    });
    const again = await run('user add anna', 'violet lantern orchard\n');
    expect([again.code, again.err]).toEqual([1, 'There is a user anna already.\n']);
  });

  test('a password is not accepted on the command line, and is not repeated', async () => {
    for (const args of [
      '--password violet-lantern',
      '--password=violet-lantern',
      'violet-lantern',
      '-p=violet-lantern',
    ]) {
      const { code, out, err } = await run(`user add berta ${args}`);
      expect([code, out], args).toEqual([2, '']);
      expect(err).toMatch(/^error: .*\. A password is asked for, or taken from standard input; .*\.\n$/);
      expect(err).not.toContain('violet');
    }
  });

  test('control characters in a name are refused, and reach no terminal', async () => {
    const added = await tandem(env, ['user', 'add', 'a\u001b[31mb'], 'violet lantern orchard\n');
    expect([added.code, added.err]).toEqual([1, 'A name has no control characters and no invisible ones.\n']);
    const asked = await tandem(env, ['user', 'disable', 'a\u001b[31mb']);
    expect([asked.code, asked.err]).toEqual([1, 'There is no user a\\u{1b}[31mb.\n']);
  });

  test.each([
    ['user', 2],
    ['session end', 2],
    ['session end --all --user anna', 2],
    ['nonsense', 2],
    ['--help', 0],
    ['user add --help', 0],
    ['session end --user nobody', 1],
    ['user disable nobody', 1],
  ])('%s ends with %i', async (args, code) => {
    expect((await run(args)).code).toBe(code);
  });

  test('doctor finds nothing to do, and makes nothing', async () => {
    const missing = join(tmpdir(), `tandem-doctor-${process.pid}`);
    for (const own of [env, { DATA_DIR: missing }]) {
      const { code, out } = await tandem(own, ['doctor']);
      expect(out).not.toContain('FIX');
      expect(code).toBe(0);
    }
    expect(existsSync(missing)).toBe(false);
  });

  test('doctor names what is wrong, and what to do', async () => {
    const { code, out } = await tandem({ ...env, ACCESS_TOKEN_LIFETIME: 'long', TRUST_PROXY: 'x' }, ['doctor']);
    expect(code).toBe(1);
    expect(out).toMatch(/^FIX {2}ACCESS_TOKEN_LIFETIME .*\nFIX {2}TRUST_PROXY .*\n$/);
  });
});

test('the embedded database of a running server is refused in one sentence', async () => {
  const dataDir = join(tmpdir(), `tandem-operators-busy-${process.pid}`);
  const server = await startServer({ env: { DATA_DIR: dataDir }, database: 'embedded' });
  const { code, out, err } = await tandem({ DATA_DIR: dataDir }, ['session', 'end', '--all']);
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^The data folder .* is in use by process \d+, running since .*: stop that one.*\.\n$/);
});

describe.skipIf(!process.env.TEST_DATABASE_URL)('beside a running server on PostgreSQL', () => {
  let server: Server;
  const run = (args: string, input = '') =>
    tandem({ ...SERVER_ENV, DATABASE_URL: server.databaseUrl ?? '' }, args.split(' '), input);
  const status = async (visitor: Visitor) => (await visitor.send('/api/session')).status;
  const refusedSoon = (visitor: Visitor) =>
    vi.waitFor(async () => expect(await status(visitor)).toBe(401), { timeout: 60_000, interval: 50 });
  const signIn = async (name: string, pwd: string) => {
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn(name, pwd)).status).toBe(200);
    return visitor;
  };
  beforeAll(async () => {
    server = await startServer({ env: { ...SERVER_ENV, DEMO_DATA: 'off' }, database: 'postgres' });
  });
  afterAll(() => server.stop());

  test('a first start without users says how to make one', () => {
    expect(server.output()).toContain('There is no user yet; make one with: npm run tandem -- user add NAME\n');
  });

  test('a new user signs in, is listed, is signed out, disabled, enabled and given a new password', async () => {
    expect((await run('user add anna', 'violet lantern orchard\n')).code).toBe(0);
    const first = await signIn('anna', 'violet lantern orchard');
    expect((await run('session list --user anna')).out).toMatch(/^user .*\nanna .*127\.0\.0\.1 /);

    expect((await run('session end --user anna')).out).toBe('1 session ended.\n');
    await refusedSoon(first);
    expect((await first.send('/api/refresh_token', { method: 'PUT' })).status).toBe(403);

    const second = await signIn('anna', 'violet lantern orchard');
    expect((await run('user disable anna')).out).toBe('anna is disabled. 1 session ended.\n');
    await refusedSoon(second);
    expect((await new Visitor(server.url).signIn('anna', 'violet lantern orchard')).status).toBe(401);

    expect((await run('user enable anna')).code).toBe(0);
    const third = await signIn('anna', 'violet lantern orchard');
    expect((await run('user password anna', 'copper meadow station\n')).code).toBe(0);
    await refusedSoon(third);
    await signIn('anna', 'copper meadow station');
    expect((await run('session end --all')).out).toBe('1 session ended.\n');
    expect((await run('session list')).out).toBe('Nobody is signed in.\n');
  });

  test('a name that was guessed at too often can be unlocked', async () => {
    expect((await run('user add berta', 'violet lantern orchard\n')).code).toBe(0);
    for (let n = 0; n < 11; n += 1)
      await send(server.url, '/api/login', { method: 'POST', json: { name: 'berta', pwd: 'wrong' } });
    expect((await new Visitor(server.url).signIn('berta', 'violet lantern orchard')).status).toBe(429);
    expect((await run('user unlock berta')).code).toBe(0);
  });

  test('doctor asks the database', async () => {
    const { code, out } = await run('doctor');
    expect(out).toMatch(/PostgreSQL at .* answers/);
    expect(out).toContain('agree on the time');
    expect(code).toBe(0);
  });
});

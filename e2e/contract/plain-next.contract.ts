import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';
import { type Answer, send, Visitor } from '../support/http.ts';
import { buildImage } from '../support/image.ts';
import { freePort, NEXT_START, type Server, type ServerOptions, startServer } from '../support/server.ts';
import { AUTH_SECRETS } from '../support/tokens.ts';
import { startTcpGate } from './tcp-gate.ts';

const ROOT = new URL('../../', import.meta.url);
const PATIENCE = { timeout: 60_000 };

type Way = Pick<ServerOptions, 'command' | 'root' | 'env'>;

/** The ways to run a Next app without a script of this project. */
const WAYS: [name: string, way: Way][] = [['next start', { command: NEXT_START }]];

/** Following the Dockerfile installs and builds again, which takes a minute and more: CI does it. */
const image = process.env.CI ? await buildImage() : undefined;
afterAll(() => image?.remove());
if (image) WAYS.push(['node server.js, as in the image', image]);

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-plain-'));
  folders.push(made);
  return made;
}

/** A process that is not awaited. */
function launch({ command = NEXT_START, root = ROOT, env: own }: Way, env: Record<string, string>) {
  const child = spawn(process.execPath, command, {
    cwd: root,
    // The process gets exactly this environment; Next's types require `NODE_ENV` in it.
    env: { PATH: process.env.PATH ?? '', DATA_DIR: folder(), ...own, ...env } as unknown as NodeJS.ProcessEnv,
  });
  children.push(child);
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    printed.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.stderr += chunk;
  });
  return { child, printed };
}

describe.each(WAYS)('the app by plain %s', (_, way) => {
  let server: Server;
  let slow: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    server = await startServer(way);
    slow = await open('GET /api/order HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  });
  afterAll(() => server.stop());

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn()).status).toBe(200);
    return visitor;
  }

  async function open(text: string): Promise<{ socket: Socket; said: () => string }> {
    const socket = connect(server.port, '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(text);
    return { socket, said: () => said };
  }

  test('signs in, shows a guarded page, refreshes and signs out', async () => {
    const visitor = await signedIn();
    const page = await visitor.send('/order');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('ORD-')]);
    expect((await visitor.send('/api/refresh_token', { method: 'PUT' })).status).toBe(201);
    expect((await visitor.send('/api/order?limit=1')).status).toBe(200);
    expect((await visitor.send('/api/logout', { method: 'POST' })).status).toBe(204);
    expect((await visitor.send('/order')).status).toBe(303);
  });

  test('a revoked session is refused at once, by the API and by pages', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const { sessions } = (await there.send('/api/sessions')).json;
    const { id } = sessions.find(({ current }: { current: boolean }) => current);
    expect((await here.send(`/api/sessions/${id}`, { method: 'DELETE', json: { pwd: '123456' } })).status).toBe(204);
    expect((await there.send('/api/order')).status).toBe(401);
    expect((await there.send('/order')).status).toBe(303);
    expect((await there.send('/api/refresh_token', { method: 'PUT' })).status).toBe(403);
  });

  test('an address that a client makes up is neither logged nor shown', async () => {
    const visitor = new Visitor(server.url, { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' });
    await visitor.signIn();
    expect((await visitor.send('/api/sessions')).text).not.toContain('203.0.113');
    expect(server.output()).not.toContain('203.0.113');
  });

  test('a page and its scripts carry the nonce of one policy', async () => {
    const { headers, text } = await send(server.url, '/login');
    const [, nonce] = /'nonce-([\w+/=]{24})'/.exec(String(headers['content-security-policy'])) ?? [];
    const scripts = text.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  });

  test('an upgrade is answered like any request, and its connection closes', async () => {
    const { socket, said } = await open('GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(socket, 'close');
    expect(said()).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('a client that never finishes its head is cut off with 408', async () => {
    if (!slow.socket.destroyed) await once(slow.socket, 'close');
    expect(slow.said()).toMatch(/^HTTP\/1\.1 408 /);
  });

  /** The last test here: it stops the server. */
  test('with a silent connection open, a stop ends the process with 0, and says so in the log', async () => {
    const { socket } = await open('');
    expect(await server.stop()).toBe(0);
    socket.destroy();
    expect(server.output()).toContain('"event":"sys_shutdown"');
  });
});

describe.each(WAYS)('a start by plain %s', (_, way) => {
  test.each<[what: string, env: () => Promise<Record<string, string>>, sentences: RegExp]>([
    [
      'wrong variables',
      async () => ({ TRUST_PROXY: 'x', REVOCATION_LAG: 'soon' }),
      /^REVOCATION_LAG .*\nTRUST_PROXY .*\n$/,
    ],
    [
      'no PostgreSQL where one is named',
      async () => ({
        DATABASE_URL: `postgres://tandem:pa55word@127.0.0.1:${await freePort()}/tandem`,
        AUTH_SECRETS,
      }),
      /^PostgreSQL at 127\.0\.0\.1:\d+ cannot be used \(.*ECONNREFUSED.*\): .*\n$/,
    ],
  ])('with %s ends with 1, and says why', async (_what, env, sentences) => {
    const { child, printed } = launch(way, { PORT: String(await freePort()), ...(await env()) });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(printed.stderr).toMatch(sentences);
    expect(printed.stderr).not.toContain('pa55word');
  });

  test('on a folder that another process uses ends with 1, and says who has it', async () => {
    const dataDir = folder();
    const first = launch(way, { PORT: String(await freePort()), DATA_DIR: dataDir });
    await vi.waitFor(() => expect(first.printed.stdout).toContain('Tandem is at '), PATIENCE);
    const second = launch(way, { PORT: String(await freePort()), DATA_DIR: dataDir });
    const [code] = await once(second.child, 'close');
    expect([code, second.printed.stderr]).toEqual([
      1,
      expect.stringMatching(/^The data folder \S+ is in use by process \d+, .*\n$/),
    ]);
    const ended = once(first.child, 'close');
    first.child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('keeps requests waiting until it is done, and believes no address that they bring', async ({ skip }) => {
    skip(!process.env.TEST_DATABASE_URL, 'only a database elsewhere can be slow');
    const direct = await makeDatabase();
    const database = new URL(direct);
    const gate = await startTcpGate({ host: database.hostname, port: Number(database.port || 5432) });
    gate.stall();
    database.host = `127.0.0.1:${gate.port}`;
    const port = await freePort();
    const { child, printed } = launch(way, {
      PORT: String(port),
      DATABASE_URL: database.href,
      AUTH_SECRETS,
      DEMO_DATA: 'on',
    });
    const url = `http://localhost:${port}`;
    const claim = { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'evil.test' } };
    const login = { ...claim, method: 'POST', json: { name: 'admin', pwd: '123456', transport: 'bearer' } };
    const asked: Promise<Answer>[] = [];
    let answered = 0;
    const ask = (path: string, sent: typeof claim) => {
      const answer = send(url, path, sent);
      answer.then(
        () => (answered += 1),
        () => {},
      );
      return answer;
    };
    // From the moment the port opens, long before the subscription.
    await vi.waitFor(
      async () => {
        const probe = connect(port, '127.0.0.1');
        await once(probe, 'connect');
        probe.destroy();
      },
      { ...PATIENCE, interval: 1 },
    );
    for (let n = 0; n < 10; n += 1) {
      asked.push(ask('/api/login', login), ask('/order', claim), ask('/login', claim));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(printed.stdout).not.toContain('Tandem is at ');
    expect(answered).toBe(0);
    gate.release();
    for (const { status, headers } of await Promise.all(asked)) {
      expect([200, 303]).toContain(status);
      expect(String(headers.location)).not.toContain('evil.test');
    }
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await gate.close();
    await dropDatabase(direct);
    expect(printed.stdout.match(/"event":"authn_login_success"/g)).toHaveLength(10);
    expect(printed.stdout).not.toContain('203.0.113');
    expect(printed.stderr).toBe('');
  });
});

test.skipIf(!image)(
  'the image of docs/deploy/Dockerfile serves a sign-in on the embedded database too, and checks its own health',
  async () => {
    const server = await startServer({ ...image, database: 'embedded' });
    const env = { ...image?.env, PORT: String(server.port) };
    const isHealthy = () => spawnSync('node', image?.healthcheck, { env: env as unknown as NodeJS.ProcessEnv }).status;
    expect(isHealthy()).toBe(0);
    expect((await new Visitor(server.url).signIn()).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(isHealthy()).toBe(1);
  },
);

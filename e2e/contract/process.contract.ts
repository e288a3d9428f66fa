import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, type Server, startServer } from '../support/server.ts';

const RUN_NEXT = fileURLToPath(new URL('../../scripts/run-next.ts', import.meta.url));
/** How long a condition may take; test machines are busy. */
const PATIENCE = { timeout: 60_000 };
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Run the command of `npm start` until it exits, as a second process beside `server`. */
async function startAndFail(env: Record<string, string>) {
  // The process gets exactly this environment; Next's types require `NODE_ENV` in it.
  const child = spawn(process.execPath, [RUN_NEXT], {
    env: { PATH: process.env.PATH ?? '', ...env } as unknown as NodeJS.ProcessEnv,
  });
  running.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** Send bytes that no HTTP client sends; returns everything received until the connection closes. */
function sendRaw(port: number, message: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(message));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

const login = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ name: 'admin', pwd: '123456', transport: 'bearer' }),
  });

const running: ChildProcess[] = [];
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-process-'));
  folders.push(made);
  return made;
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

describe('a running server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ env: { TRUST_PROXY: '1' } });
  });
  afterAll(() => server.stop());

  test('says where it is, and who may sign in', () => {
    expect(server.output()).toContain(`Tandem is at ${server.url}\nSign in as admin / 123456\n`);
  });

  test('gives every answer a new id, whatever id the client sent', async () => {
    const ids = await Promise.all(
      ['/login', '/api/health', '/nope'].map(async (path) => {
        const answer = await fetch(server.url + path, { headers: { 'x-request-id': 'mine' } });
        return answer.headers.get('x-request-id');
      }),
    );
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(3);
  });

  test('renders pages with the nonce of their own policy, never with one the client sent', async () => {
    const sent = { 'content-security-policy': "script-src 'nonce-mine'", 'content-security-policy-report-only': 'x' };
    const answer = await fetch(`${server.url}/login`, { headers: sent });
    const [, nonce] = /'nonce-([\w+/=]{24})'/.exec(answer.headers.get('content-security-policy') ?? '') ?? [];
    const html = await answer.text();
    const scripts = html.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(html).not.toContain('mine');
  });

  test('sends the same headers with a page that is not there', async () => {
    const answer = await fetch(`${server.url}/nope`);
    expect(answer.status).toBe(404);
    const [, nonce] = /'nonce-([\w+/=]{24})'/.exec(answer.headers.get('content-security-policy') ?? '') ?? [];
    for (const script of (await answer.text()).match(/<script\b[^>]*>/g) ?? []) expect(script).toContain(`"${nonce}"`);
  });

  test('refuses a method that Next does not know, as JSON below /api', async () => {
    for (const method of ['TRACE', 'PROPFIND']) {
      const answer = await sendRaw(
        server.port,
        `${method} /api/order HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 501 /);
      expect(answer).toContain('"error":"method_not_allowed"');
    }
  });

  test.each(['/api/%ff', '/api/%', '/api/order/%E0%A4%A'])('refuses the malformed address %s as JSON', async (path) => {
    const answer = await sendRaw(server.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"error":"invalid_request"');
  });

  test('never redirects to another host, whatever Host and X-Forwarded-Host say', async () => {
    const head = 'GET /order HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nConnection: close\r\n\r\n';
    const answer = await sendRaw(server.port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 30[37] /);
    expect(answer).not.toContain('evil.test');
  });

  test('refuses a second one on its port in one sentence', async () => {
    const { code, stderr } = await startAndFail({ PORT: String(server.port), DATA_DIR: folder() });
    expect([code, stderr]).toEqual([
      1,
      `Port ${server.port} is in use: stop what uses it, or set PORT to another one.\n`,
    ]);
  });
});

test('every wrong variable is named, in one sentence each', async () => {
  const { code, stderr } = await startAndFail({ PORT: 'x', ACCESS_TOKEN_LIFETIME: 'soon', TRUST_PROXY: '-1' });
  expect(code).toBe(1);
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['PORT', 'ACCESS_TOKEN_LIFETIME', 'TRUST_PROXY']);
});

const SECRET = 'Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4';

test.each<[what: string, env: Record<string, string>, sentence: RegExp]>([
  ['a secret of 31 bytes', { AUTH_SECRETS: `main:${SECRET.slice(1)}` }, /^AUTH_SECRETS .*not 32 random bytes/],
  ['a secret of one word', { AUTH_SECRETS: `main:${'tandem'.repeat(6)}` }, /^AUTH_SECRETS .*not 32 random bytes/],
  ['no secret for several instances', { DATABASE_URL: 'postgres://127.0.0.1/x' }, /^AUTH_SECRETS is required/],
  ['a public origin without https', { APP_ORIGIN: 'http://orders.example' }, /^APP_ORIGIN must be https/],
  [
    'a database elsewhere whose name nobody proves',
    { AUTH_SECRETS: `main:${SECRET}`, DATABASE_URL: 'postgres://tandem@db.example/tandem?sslmode=disable' },
    /^DATABASE_URL .*sslmode=verify-full/,
  ],
])('with %s it does not start', async (_, env, sentence) => {
  const { code, stderr } = await startAndFail({ PORT: String(await freePort()), DATA_DIR: folder(), ...env });
  expect(code).toBe(1);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain(SECRET.slice(1));
});

test('without demo data no well-known name and password signs in', async () => {
  const server = await startServer({ env: { DEMO_DATA: 'off' } });
  const answers: [name: string, pwd: string, status: number][] = [];
  for (const name of ['admin', 'root', 'sa', 'test', 'demo', 'user', 'guest', 'tandem'])
    for (const pwd of [name, '123456', '654321', 'password', 'admin']) {
      const body = JSON.stringify({ name, pwd });
      const headers = { 'Content-Type': 'application/json' };
      answers.push([name, pwd, (await fetch(`${server.url}/api/login`, { method: 'POST', headers, body })).status]);
    }
  await server.stop();
  expect(answers.filter(([, , status]) => status !== 401)).toEqual([]);
});

test('a PostgreSQL that is not there is one sentence, without the password', async () => {
  const { code, stderr } = await startAndFail({
    PORT: String(await freePort()),
    DATABASE_URL: `postgres://tandem:pa55word@127.0.0.1:${await freePort()}/tandem`,
    AUTH_SECRETS: 'test:Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^PostgreSQL at 127\.0\.0\.1:\d+ cannot be used \(.*ECONNREFUSED.*\): .*\n$/);
  expect(stderr).not.toContain('pa55word');
});

describe('the address a request comes from', () => {
  /** The address as the account page shows it. */
  async function addressSeen(trustProxy: string, forwardedFor: string) {
    const server = await startServer({ env: { TRUST_PROXY: trustProxy } });
    const headers = { 'X-Forwarded-For': forwardedFor };
    const { token } = (await (await login(server.url, headers)).json()) as { token: string };
    const answer = await fetch(`${server.url}/api/sessions`, {
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    await server.stop();
    return text;
  }

  test('is the socket’s, and never what the client claims', async () => {
    expect(await addressSeen('0', '203.0.113.7')).not.toContain('203.0.113');
  });

  test('is what the trusted proxy has added, and never an earlier entry', async () => {
    const seen = await addressSeen('1', '198.51.100.9, 203.0.113.7');
    expect(seen).toContain('203.0.113');
    expect(seen).not.toContain('198.51.100');
  });
});

describe('a server that ends', () => {
  const BODY = '{"name":"admin","pwd":"123456","transport":"bearer"}';

  test('by SIGTERM finishes the request it is at, takes no new one, and ends with 0', async () => {
    const server = await startServer();
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // Half a body: the request runs until the test sends the rest.
    const head = `POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}`;
    socket.write(`${head}\r\nExpect: 100-continue\r\n\r\n${BODY.slice(0, 9)}`);
    await vi.waitFor(() => expect(answer).toMatch(/^HTTP\/1\.1 100 /), PATIENCE);
    const stopped = server.stop();
    await vi.waitFor(() => expect(fetch(`${server.url}/api/health`)).rejects.toThrow(), PATIENCE);
    socket.write(BODY.slice(9));
    await once(socket, 'close');
    expect(answer).toMatch(/HTTP\/1\.1 200 OK[\s\S]*Connection: close[\s\S]*"token"/i);
    expect(await stopped).toBe(0);
  });

  test.each(['kill', 'restart'] as const)('by %s takes no session with it', async (how) => {
    const server = await startServer({ env: { AUTH_SECRETS: 'test:Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4' } });
    const { token, refresh_token } = (await (await login(server.url)).json()) as Record<string, string>;
    if (how === 'kill') await server.kill();
    await server.restart();
    const order = await fetch(`${server.url}/api/order?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    const headers = { authorization: `Bearer ${refresh_token}` };
    const refreshed = await fetch(`${server.url}/api/refresh_token`, { method: 'PUT', headers });
    await server.stop();
    expect([order.status, refreshed.status]).toEqual([200, 201]);
  });

  test('leaves its generated secrets to the next one', async () => {
    const server = await startServer({ database: 'embedded', env: { AUTH_SECRETS: '' } });
    const { token } = (await (await login(server.url)).json()) as Record<string, string>;
    await server.restart();
    const order = await fetch(`${server.url}/api/order?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    await server.stop();
    expect(order.status).toBe(200);
  });
});

test('two servers on one PostgreSQL know each other’s sessions', async ({ skip }) => {
  skip(!process.env.TEST_DATABASE_URL, 'the embedded database serves one process');
  const env = { AUTH_SECRETS: 'test:Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4', APP_ORIGIN: 'http://localhost:3000' };
  const first = await startServer({ env });
  const second = await startServer({ env, database: new URL(first.databaseUrl ?? '') });
  const { token, refresh_token } = (await (await login(first.url)).json()) as Record<string, string>;
  const order = await fetch(`${second.url}/api/order?limit=1`, { headers: { authorization: `Bearer ${token}` } });
  const headers = { authorization: `Bearer ${refresh_token}` };
  const refreshed = await fetch(`${second.url}/api/refresh_token`, { method: 'PUT', headers });
  await second.stop();
  await first.stop();
  expect([order.status, refreshed.status]).toEqual([200, 201]);
});

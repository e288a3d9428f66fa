import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { send } from '../support/http.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
const DEPLOY = fileURLToPath(new URL('../../docs/deploy.md', import.meta.url));

describe.skipIf(!NGINX)('behind nginx, configured as docs/deploy.md says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-nginx-'));
  let nginx: ChildProcess;
  let server: Server;
  let [httpsPort, httpPort] = [0, 0];

  beforeAll(async () => {
    [httpsPort, httpPort] = [await freePort(), await freePort()];
    server = await startServer({ env: { APP_ORIGIN: `https://localhost:${httpsPort}`, TRUST_PROXY: '1' } });
    makeCertificate(folder);
    writeFileSync(join(folder, 'nginx.conf'), configuration());
    nginx = spawn(NGINX ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]);
    await vi.waitFor(() => send(`http://localhost:${httpPort}`, '/'), { timeout: 60_000 });
  });
  afterAll(async () => {
    nginx.kill('SIGTERM');
    await once(nginx, 'close');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The example of docs/deploy.md, with this test's ports, files and single instance. */
  function configuration(): string {
    const [, example = ''] = /```nginx\n([\s\S]*?)```/.exec(readFileSync(DEPLOY, 'utf8')) ?? [];
    const servers = example
      .replace('server 127.0.0.1:3000;', `server localhost:${server.port};`)
      .replace('server 127.0.0.1:3001;', '')
      .replace('listen 443 ssl;', `listen ${httpsPort} ssl;`)
      .replace('listen 80;', `listen ${httpPort};`)
      .replaceAll('/etc/ssl/orders.example', join(folder, 'orders.example'))
      .replaceAll('server_name orders.example;', 'server_name localhost;');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder};`,
    );
    return `daemon off; pid ${folder}/pid; events {} http { access_log off; ${temporary.join(' ')}\n${servers}\n}`;
  }

  interface Answered {
    status: number;
    setCookies: string[];
    json: Record<string, unknown>;
  }

  const post = (path: string, json: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          port: httpsPort,
          path,
          method: 'POST',
          rejectUnauthorized: false,
          headers: { 'content-type': 'application/json', ...headers },
        },
        async (incoming) => {
          let text = '';
          for await (const chunk of incoming) text += chunk;
          resolve({
            status: incoming.statusCode ?? 0,
            setCookies: incoming.headers['set-cookie'] ?? [],
            json: text.startsWith('{') ? JSON.parse(text) : {},
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(json));
    });

  test('signing in sets cookies that only https and this host can carry', async () => {
    const answer = await post('/api/login', { name: 'guest', pwd: '654321' });
    expect(answer.status).toBe(200);
    for (const cookie of answer.setCookies) expect(cookie).toMatch(/^__(Host|Secure)-.*; Secure$/);
  });

  test('a request from our own pages is taken, one from elsewhere is not', async () => {
    const login = { name: 'guest', pwd: '654321' };
    const from = (origin: string) => post('/api/login', login, { origin });
    expect((await from(`https://localhost:${httpsPort}`)).status).toBe(200);
    expect((await from(`http://localhost:${httpsPort}`)).status).toBe(403);
  });

  test('addresses that a client makes up do not get it more guesses', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const headers = {
        'x-forwarded-for': `198.51.100.${n}`,
        forwarded: `for=198.51.100.${n}`,
        'x-real-ip': `198.51.100.${n}`,
      };
      statuses.push((await post('/api/login', { name: 'admin', pwd: 'wrong' }, headers)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  });

  test('without https the API is refused and pages are sent to https', async () => {
    const plain = `http://localhost:${httpPort}`;
    expect((await send(plain, '/api/order')).status).toBe(403);
    const page = await send(plain, '/login');
    expect([page.status, page.headers.location]).toEqual([308, 'https://localhost/login']);
  });
});

function makeCertificate(folder: string): void {
  const files = ['-keyout', join(folder, 'orders.example.key'), '-out', join(folder, 'orders.example.crt')];
  const about = ['-subj', '/CN=localhost', '-days', '1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...files, ...about], { stdio: 'ignore' });
}

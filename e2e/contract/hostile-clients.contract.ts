import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { send, Visitor } from '../support/http.ts';
import { type Server, startServer } from '../support/server.ts';

const CLIENTS = 200;

let server: Server;
let visitor: Visitor;
beforeAll(async () => {
  server = await startServer();
  visitor = new Visitor(server.url);
  await visitor.signIn();
});
afterAll(() => server.stop());

interface Client {
  socket: Socket;
  said(): string;
}

async function open(text: string): Promise<Client> {
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

const openClients = (text: string) => Promise.all(Array.from({ length: CLIENTS }, () => open(text)));
const expectOthersServed = async () => {
  for (let n = 0; n < 10; n += 1) expect((await visitor.send('/api/order?limit=1')).status).toBe(200);
};
const closed = ({ socket }: Client) => socket.destroyed;

test.concurrent('two hundred clients that never finish their head are cut off, and others are served meanwhile', async () => {
  const clients = await openClients('GET /api/order HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  await expectOthersServed();
  expect(clients.some(closed), 'cut off already').toBe(false);
  await vi.waitFor(() => expect(clients.every(closed)).toBe(true), { timeout: 150_000, interval: 200 });
  expect(clients.every((client) => client.said().startsWith('HTTP/1.1 408 '))).toBe(true);
});

test.concurrent('two hundred clients that never finish their body are cut off, and others are served meanwhile', async () => {
  const clients = await openClients(
    'POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"name":',
  );
  await expectOthersServed();
  await vi.waitFor(() => expect(clients.every(closed)).toBe(true), { timeout: 150_000, interval: 500 });
});

test('a flood of headers is 431, and others are served meanwhile', async () => {
  const header = `X-Flood: ${'x'.repeat(1_000)}\r\n`;
  const clients = await openClients(`GET /login HTTP/1.1\r\nHost: x\r\n${header.repeat(40)}\r\n`);
  await expectOthersServed();
  await vi.waitFor(() => expect(clients.every(closed)).toBe(true), { timeout: 150_000, interval: 200 });
  for (const client of clients) expect(client.said()).toMatch(/^(HTTP\/1\.1 431 |$)/);
  expect(clients.some((client) => client.said() !== '')).toBe(true);
});

test('a thousand small headers are refused or read, and others are served', async () => {
  const headers = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`x-${n}`, 'y']));
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(server.url, '/api/session', { headers })));
  for (const { status } of answers) expect([401, 431]).toContain(status);
  await expectOthersServed();
});

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

test.each([
  ['to nothing known', 'GET /x', 'Connection: Upgrade\r\nUpgrade: x', 404],
  ['to the WebSocket of Next’s development server', 'GET /_next/hmr', UPGRADE, 404],
  [
    'to HTTP/2',
    'GET /api/health',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
    200,
  ],
  [
    'to HTTP/2, with a body',
    'POST /api/login',
    'Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Type: application/json\r\nContent-Length: 2',
    400,
  ],
])('two hundred upgrades %s are answered like any request, and none stays open', async (_, line, headers, status) => {
  const clients = await openClients(`${line} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${status === 400 ? '{}' : ''}`);
  await vi.waitFor(() => expect(clients.every(closed)).toBe(true), { timeout: 150_000, interval: 200 });
  for (const client of clients) expect(client.said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  await expectOthersServed();
});

/** The last test here: it stops the server. */
test('with any open connections, a stop ends the process with 0', async () => {
  const head = 'HTTP/1.1\r\nHost: x\r\n';
  await Promise.all([
    open(''),
    open(`GET /login ${head}X-Slow: `),
    open(`POST /api/login ${head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"name":`),
    open(`GET /api/health ${head}\r\n`),
    open(`GET /x ${head}${UPGRADE}\r\n\r\n`),
    open(`CONNECT x:443 ${head}\r\n`),
  ]);
  const [, script = ''] = /"(\/_next\/static\/[^"\\]+\.js)"/.exec((await send(server.url, '/login')).text) ?? [];
  const neverReads = await open(`GET ${script} ${head}\r\n`.repeat(300));
  neverReads.socket.pause();
  expect(await server.stop()).toBe(0);
});

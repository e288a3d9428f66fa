import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ignoreUpgrades, STOP_TIMEOUT_MS, trackConnections } from './connections.ts';

const UPGRADE = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

let server: Server;
let clients: Socket[];

beforeEach(() => {
  server = createServer();
  clients = [];
});

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients) client.destroy();
  server.closeAllConnections();
  server.close();
});

async function listen(handle: RequestListener) {
  server.on('request', handle);
  server.listen(0);
  await once(server, 'listening');
}

/** Sends `text`, and gathers what comes back until the connection closes. */
async function client(text: string) {
  // What listening on a port gives.
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(socket);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => said);
  const accepted = once(server, 'connection');
  await once(socket, 'connect');
  await accepted;
  socket.write(text);
  return { socket, closed, said: () => said };
}

describe('an upgrade is answered like any request', () => {
  const neverAnswers = () => {};
  const answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end(`${request.method} ${Buffer.concat(chunks)}`);
  };

  test.each([
    ['whose listener was there before', (listen: () => void) => [listen(), ignoreUpgrades(server)]],
    ['whose listener comes later, as Next’s does', (listen: () => void) => [ignoreUpgrades(server), listen()]],
  ])('on a server %s', async (_, prepare) => {
    prepare(() => server.on('upgrade', neverAnswers));
    await listen(answer);
    expect(await (await client(`GET / HTTP/1.1\r\n${UPGRADE}`)).closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*GET/);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  test('with its body', async () => {
    ignoreUpgrades(server);
    await listen(answer);
    const sent = await client(`POST / HTTP/1.1\r\nContent-Length: 4\r\n${UPGRADE}body`);
    expect(await sent.closed).toContain('POST body');
  });

  test('and then its connection closes, since Node has dropped what was sent with it', async () => {
    ignoreUpgrades(server);
    await listen((request, response) => response.end(request.url));
    const sent = await client(`GET /first HTTP/1.1\r\n${UPGRADE}GET /second HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await sent.closed).toMatch(/\r\nConnection: close\r\n[\s\S]*\/first$/);
  });
});

describe('a server that stops', () => {
  const busy = new Set<Socket>();
  const isBusy = (socket: Socket) => busy.has(socket);
  const keepWaiting: RequestListener = ({ socket }) => busy.add(socket);

  test.each([
    ['says nothing', ''],
    ['never ends its head', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['has been upgraded', `GET / HTTP/1.1\r\n${UPGRADE}`],
    ['has been made a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('waits for no client that %s', async (_, text) => {
    for (const event of ['upgrade', 'connect']) server.on(event, (_request, socket: Socket) => socket.write('taken'));
    const connections = trackConnections(server, null, isBusy);
    await listen(keepWaiting);
    const { closed } = await client(text);
    await connections.close();
    await closed;
  });

  test('lets a running request finish, and waits for it', async () => {
    const connections = trackConnections(server, null, isBusy);
    let finish = () => {};
    await listen((request, response) => {
      busy.add(request.socket);
      finish = () => response.setHeader('Connection', 'close').end('finished');
    });
    const request = once(server, 'request');
    const running = await client('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const silent = await client('');
    await request;
    const stopped = connections.close();
    // The silent one is cut off first.
    await silent.closed;
    expect(running.socket.destroyed).toBe(false);
    finish();
    expect(await running.closed).toContain('finished');
    await stopped;
  });

  test('waits no longer than it promises', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connections = trackConnections(server, null, isBusy);
    await listen(keepWaiting);
    const request = once(server, 'request');
    const running = await client('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await request;
    const stopped = connections.close();
    await vi.advanceTimersByTimeAsync(STOP_TIMEOUT_MS - 1);
    expect(running.socket.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await running.closed).toBe('');
    await stopped;
  });

  test('waits no longer for a connection that is older than the tracking', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await listen(keepWaiting);
    const request = once(server, 'request');
    await client('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await request;
    const stopped = trackConnections(server, null, isBusy).close();
    await vi.advanceTimersByTimeAsync(STOP_TIMEOUT_MS);
    await stopped;
  });
});

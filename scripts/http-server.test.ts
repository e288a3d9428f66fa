import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createHttpServer, RESPONSE_TIMEOUT_MS } from './http-server.ts';

let stop = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  await stop();
});

/** A production server around `handle`; sends `text` to it. */
async function client(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>, text: string) {
  const isSignedIn = async () => false;
  const http = createHttpServer({ handle, appOrigin: 'http://localhost:3000', trustProxy: 0, dev: false, isSignedIn });
  http.server.listen(0);
  await once(http.server, 'listening');
  // What listening on a port gives.
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  stop = async () => {
    socket.destroy();
    await http.stop();
  };
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

test('an answer that is taken too slowly is cut off', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const socket = await client(async (_, response) => void response.write('part'), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  await vi.advanceTimersByTimeAsync(RESPONSE_TIMEOUT_MS - 1);
  expect(socket.closed).toBe(false);
  const closed = once(socket, 'close');
  await vi.advanceTimersByTimeAsync(1);
  await closed;
});

test('a page opened under another name of this machine leads to our own, and the API never does', async () => {
  const handle = async (_: IncomingMessage, response: ServerResponse) => void response.end('here');
  const answerTo = async (path: string) => {
    const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nAccept: text/html\r\nConnection: close\r\n\r\n`;
    const socket = await client(handle, head);
    return String(Buffer.concat(await socket.toArray()));
  };
  expect(await answerTo('/login')).toMatch(/^HTTP\/1.1 307 .*\r\nLocation: http:\/\/localhost:3000\/login\r\n/s);
  await stop();
  expect(await answerTo('/api/health')).toMatch(/^HTTP\/1.1 200 .*here$/s);
});

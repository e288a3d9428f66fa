/** Sends requests over few connections, and each raw message over a separate one. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Answer } from '../support/http.ts';
import type { FuzzRequest } from './requests.ts';

/** A longer wait means a hang; the server waits at most half a minute for a request. */
const PATIENCE_MS = 60_000;

/** Status 0: the connection closed without an answer to a raw message. */
export type Received = Pick<Answer, 'status' | 'headers' | 'setCookies' | 'text' | 'json'>;

export function newWire(url: string, connections: number) {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  function send(sent: FuzzRequest, isAgain = false): Promise<Received> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, agent, method: sent.method, path: sent.path, timeout: PATIENCE_MS });
      for (const [name, value] of sent.headers) outgoing.appendHeader(name || 'x-empty', value);
      if (sent.body) outgoing.setHeader('content-length', sent.body.length);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { statusCode = 0, headers } = incoming;
          resolve(
            received(statusCode, headers, unpacked(Buffer.concat(chunks), headers['content-encoding']).toString()),
          );
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept-alive connection as it was reused, so the request was not processed.
        const mayRepeat = !isAgain && outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
        if (mayRepeat) send(sent, true).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(sent.body);
    });
  }

  async function sendRaw(message: Buffer): Promise<Received> {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.end(message);
    await once(socket, 'close');
    const text = Buffer.concat(chunks).toString();
    const [, status = '0'] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
    return received(Number(status), {}, text);
  }

  return {
    send: (sent: FuzzRequest) => (sent.raw ? sendRaw(sent.raw) : send(sent)),
    close: () => agent.destroy(),
  };
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  return encoding === 'gzip' && body.length > 0 ? gunzipSync(body) : body;
}

function received(status: number, headers: Answer['headers'], text: string): Received {
  return { status, headers, setCookies: headers['set-cookie'] ?? [], text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

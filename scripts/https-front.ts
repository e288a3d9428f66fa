/** TLS in front of a local server, with a fresh certificate. Device Bound Session Credentials need https. */
import { spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { StartError } from '../lib/start-error.ts';

export interface HttpsFront {
  url: string;
  /** PEM, for clients that shall trust it. */
  certificate: string;
  /** Switches for Chromium, which binds no session on a connection that it does not trust. */
  chromiumArgs: string[];
  close(): Promise<void>;
}

interface FrontOptions {
  /** The server's URL, read at each request. */
  target: () => string;
  /** A free one by default. */
  port?: number;
}

/** Throws `StartError` where there is no `openssl`. */
export async function startHttpsFront({ target, port = 0 }: FrontOptions): Promise<HttpsFront> {
  const { key, cert } = makeCertificate();
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const forwarded = request(
      new URL(incoming.url ?? '/', target()),
      { method: incoming.method, headers: { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  // The development server talks to its pages over a WebSocket.
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const forwarded = request(new URL(incoming.url ?? '/', target()), { headers: incoming.headers });
    forwarded.on('upgrade', (answer, upstream) => {
      const lines = answer.rawHeaders.map((text, n) => (n % 2 ? `${text}\r\n` : `${text}: `)).join('');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
      socket.pipe(upstream).pipe(socket);
      for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].map((both) => both.destroy()));
    });
    forwarded.on('error', () => socket.destroy());
    forwarded.end(head);
  });
  server.listen(port);
  await once(server, 'listening');
  return {
    // Listening on a port gives this type.
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    chromiumArgs: chromiumArgs(cert),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Chromium 156: without the second switch it knows no Device Bound Session Credentials on Linux, and has no hardware to keep keys in. */
function chromiumArgs(cert: string): string[] {
  const publicKey = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  const fingerprint = createHash('sha256').update(publicKey).digest('base64');
  return [
    `--ignore-certificate-errors-spki-list=${fingerprint}`,
    '--enable-features=DeviceBoundSessions:RefreshQuota/false,EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
  ];
}

function makeCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-certificate-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const what = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '30'];
  const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    const made = spawnSync('openssl', ['req', ...how, ...what, '-keyout', keyFile, '-out', certFile]);
    if (made.status !== 0) throw new StartError('A certificate is made with openssl, which cannot be run: install it.');
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

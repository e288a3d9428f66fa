/** `npm run observatory`: MDN's HTTP Observatory scans a started server behind https and a redirect, as `docs/deploy.md` has it. Fails below A+. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { startHttpsFront } from '../scripts/https-front.ts';
import { buildIfStale } from '../scripts/set-up.mjs';
import { type Server, startServer } from './support/server.ts';

/** The first byte of a TLS handshake (RFC 8446 5.1). */
const HANDSHAKE = 0x16;

interface Scan {
  scan: { grade: string; score: number; testsPassed: number; testsQuantity: number };
  tests: Record<string, { pass: boolean; result: string; scoreModifier: number }>;
}

await buildIfStale();
let server: Server | undefined;
const front = await startHttpsFront({ target: () => server?.url ?? '' });
const gate = createServer((socket) => socket.once('data', (head) => passOn(socket, head)));
gate.listen(0);
await once(gate, 'listening');
// Listening on a port gives this type.
const host = `localhost:${(gate.address() as AddressInfo).port}`;
try {
  server = await startServer({ env: { APP_ORIGIN: `https://${host}`, TRUST_PROXY: '1' } });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), front.certificate]);
  const { scan } = await import(pathToFileURL(join(observatory(), 'src', 'index.js')).href);
  process.exitCode = report(await scan(host)) ? 0 : 1;
} finally {
  gate.close();
  await front.close();
  await server?.stop();
}

/** A scan knows one port: TLS goes to the front, plain HTTP is redirected to https as a proxy on port 80 does. */
function passOn(socket: Socket, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  if (head[0] !== HANDSHAKE) {
    const [, path = '/'] = /^\S+ (\/\S*)/.exec(head.toString('latin1')) ?? [];
    socket.end(`HTTP/1.1 308 Permanent Redirect\r\nLocation: https://${host}${path}\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const inner = connect(Number(new URL(front.url).port), 'localhost');
  inner.on('error', () => socket.destroy());
  inner.write(head);
  socket.pipe(inner).pipe(socket);
}

/** The scanner's folder in npm's cache. An install script would fetch its list of preloaded hosts; an empty list does. */
function observatory(): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v mdn-http-observatory-scan'], { encoding: 'utf8' });
  if (!stdout.trim()) throw new Error('Run it by `npm run observatory`.');
  const folder = join(realpathSync(stdout.trim()), '..', '..');
  const preloaded = join(folder, 'conf', 'hsts-preload.json');
  if (!existsSync(preloaded)) writeFileSync(preloaded, '{}');
  return folder;
}

function report({ scan, tests }: Scan): boolean {
  for (const [name, { pass, result, scoreModifier }] of Object.entries(tests)) {
    console.log(`${pass ? 'passed' : 'FAILED'}  ${name.padEnd(32)} ${String(scoreModifier).padStart(3)}  ${result}`);
  }
  console.log(`Grade ${scan.grade}, score ${scan.score}, ${scan.testsPassed} of ${scan.testsQuantity} tests passed.`);
  return scan.grade === 'A+';
}

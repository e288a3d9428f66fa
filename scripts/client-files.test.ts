import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, send } from '../e2e/support/http.ts';
import { finishClientFiles } from './client-files.mjs';
import { readCompressedFiles } from './compressed-files.ts';

const MAIN = 'globalThis.main = 1;'.repeat(20);
const PAGE = 'globalThis.page = 1;'.repeat(20);

let dist: string;

beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'tandem-client-files-'));
  write('build-manifest.json', JSON.stringify({ rootMainFiles: ['static/chunks/main.js'] }));
  write('static/chunks/main.js', MAIN);
  write('static/chunks/page.js', PAGE);
  write('static/chunks/page.css', 'main { color: red }');
  write('static/media/type.woff2', 'compressed already');
  finishClientFiles(dist);
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

function write(path: string, content: string) {
  const file = join(dist, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** What is not answered is 404. */
async function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  const files = await readCompressedFiles(dist);
  const server = createServer((request, response) => {
    if (!files.answer(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  try {
    return await send(`http://localhost:${(server.address() as AddressInfo).port}`, path, { method, headers });
  } finally {
    server.close();
  }
}

test('only what every page starts with asks to be compiled on arrival', () => {
  expect(readFileSync(join(dist, 'static/chunks/main.js'), 'utf8')).toBe(`//# allFunctionsCalledOnLoad\n${MAIN}`);
  expect(readFileSync(join(dist, 'static/chunks/page.js'), 'utf8')).toBe(PAGE);
});

test('the compressed files are those of `static`', () => {
  for (const name of ['chunks/main.js', 'chunks/page.js', 'chunks/page.css']) {
    const compressed = readFileSync(join(dist, 'static-brotli', name));
    expect(brotliDecompressSync(compressed)).toEqual(readFileSync(join(dist, 'static', name)));
  }
});

const BROTLI = { 'accept-encoding': 'gzip, deflate, br' };

test.each([
  ['/_next/static/chunks/page.js', 'application/javascript; charset=UTF-8'],
  ['/_next/static/chunks/page.css?v=1', 'text/css; charset=UTF-8'],
])('%s is sent compressed', async (path, type) => {
  const { status, headers } = await ask(path, BROTLI);
  const expected: IncomingHttpHeaders = {
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'br',
    'content-type': type,
    vary: 'Accept-Encoding',
  };
  expect(status).toBe(200);
  expect(headers).toMatchObject(expected);
});

test('a typeface is sent as it is, to everybody', async () => {
  const { headers, text } = await ask('/_next/static/media/type.woff2', {});
  expect(headers['content-type']).toBe('font/woff2');
  expect(headers['content-encoding']).toBeUndefined();
  expect(text).toBe('compressed already');
});

test('HEAD has the same length and no body', async () => {
  const whole = await ask('/_next/static/chunks/page.js', BROTLI);
  const head = await ask('/_next/static/chunks/page.js', BROTLI, 'HEAD');
  expect(head.headers['content-length']).toBe(whole.headers['content-length']);
  expect(head.text).toBe('');
});

test.each([
  ['another coding', '/_next/static/chunks/page.js', 'gzip'],
  ['Brotli refused', '/_next/static/chunks/page.js', 'gzip, br;q=0'],
  ['a coding that only ends in its name', '/_next/static/chunks/page.js', 'xbr'],
  ['no file', '/_next/static/chunks/none.js', 'br'],
  ['another spelling of its path', '/_next/static/chunks/../chunks/page.js', 'br'],
])('is left to Next: %s', async (_, path, accepted) => {
  expect((await ask(path, { 'accept-encoding': accepted })).status).toBe(404);
});

test('a build without compressed files is no failure', async () => {
  rmSync(join(dist, 'static-brotli'), { recursive: true });
  expect((await ask('/_next/static/chunks/page.js', BROTLI)).status).toBe(404);
});

/** Sends what pages are made of from memory: scripts and styles in Brotli, a seventh smaller than what Next compresses anew for each request. */
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { COMPRESSED } from './client-files.mjs';

const METHODS = new Set(['GET', 'HEAD']);
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=UTF-8',
  '.js': 'application/javascript; charset=UTF-8',
  // Compressed in itself. The first text waits for it, so it must not come later than the scripts.
  '.woff2': 'font/woff2',
};

export interface CompressedFiles {
  /** False where the request is not for one of them, or the client does not take Brotli; then nothing was answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
}

/** `dist` is Next's output folder. */
export async function readCompressedFiles(dist: string): Promise<CompressedFiles> {
  const [compressed, typefaces] = await Promise.all([
    readTree(join(dist, COMPRESSED), ['.css', '.js']),
    readTree(join(dist, 'static'), ['.woff2']),
  ]);
  return {
    answer({ method = '', url = '', headers }, response) {
      const [path = ''] = url.split('?', 1);
      const inBrotli = takesBrotli(headers['accept-encoding']) ? compressed.get(path) : undefined;
      const file = inBrotli ?? typefaces.get(path);
      if (!file || !METHODS.has(method)) return false;
      response.writeHead(200, {
        // Each name holds the content's hash, or the build's id.
        'Cache-Control': 'public, max-age=31536000, immutable',
        'Content-Length': file.length,
        'Content-Type': TYPES[extname(path)],
        ...(inBrotli && { 'Content-Encoding': 'br', Vary: 'Accept-Encoding' }),
      });
      response.end(method === 'HEAD' ? undefined : file);
      return true;
    },
  };
}

/** By the path at which a browser asks for each. */
async function readTree(folder: string, extensions: string[]): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const wanted = names.filter((name) => extensions.includes(extname(name)));
  return new Map(
    await Promise.all(
      wanted.map(
        async (name) =>
          [`/_next/static/${name.replaceAll(sep, '/')}`, await readFile(join(folder, name))] satisfies [string, Buffer],
      ),
    ),
  );
}

function takesBrotli(accepted: string | string[] = ''): boolean {
  return String(accepted)
    .split(',')
    .map((coding) => coding.trim().split(/\s*;\s*q=/i))
    .some(([name = '', weight = '1']) => name.toLowerCase() === 'br' && Number(weight) > 0);
}

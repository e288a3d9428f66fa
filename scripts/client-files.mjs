/** Finishes what Next has built for browsers: it starts sooner and arrives smaller. Plain JavaScript, because the machine's Node runs it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** The same tree as Next's `static`, but not among it, since Next serves everything that lies there. */
export const COMPRESSED = 'static-brotli';
const COMPRESSIBLE = /\.(?:css|js)$/;
/** Engines that know it compile such a file off the main thread while it arrives; to others it is a comment. */
const COMPILE_HINT = '//# allFunctionsCalledOnLoad\n';

/** `dist` is Next's output folder, just built. */
export function finishClientFiles(dist) {
  // What every page runs as soon as it is there. Other scripts are too small to matter, or not needed at once.
  const { rootMainFiles } = JSON.parse(readFileSync(join(dist, 'build-manifest.json'), 'utf8'));
  for (const name of rootMainFiles) {
    const file = join(dist, name);
    writeFileSync(file, COMPILE_HINT + readFileSync(file, 'utf8'));
  }
  rmSync(join(dist, COMPRESSED), { recursive: true, force: true });
  for (const name of readdirSync(join(dist, 'static'), { recursive: true })) {
    if (!COMPRESSIBLE.test(name)) continue;
    const target = join(dist, COMPRESSED, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, brotliCompressSync(readFileSync(join(dist, 'static', name))));
  }
}

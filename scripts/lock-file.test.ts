import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

const FILES = ['package-lock.json', 'bench/package-lock.json'];
const packagesOf = (file: string) =>
  Lock.parse(JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))).packages;

/** `npm ci` refuses a lock file without them, and npm omits those that it could not look up in the registry. */
test.each(FILES)('%s names the optional packages of every platform, not only of the one it was made on', (file) => {
  const packages = packagesOf(file);
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test.each(FILES)('%s holds the hash of every package, of other platforms too', (file) => {
  const without = Object.entries(packagesOf(file)).filter(
    ([path, { integrity, link }]) => path !== '' && !link && !integrity?.startsWith('sha512-'),
  );
  expect(without.map(([path]) => path)).toEqual([]);
});

/** drizzle-kit would bring esbuild 0.18 and 0.25, whose development servers any page could read (GHSA-67mh-4wv8-2f99). */
test('esbuild comes in one version', () => {
  const paths = Object.keys(packagesOf('package-lock.json')).filter((path) => path.endsWith('node_modules/esbuild'));
  expect(paths).toEqual(['node_modules/esbuild']);
});

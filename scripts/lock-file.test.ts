import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

/** `npm ci` refuses a lock file without them, and npm leaves out those it could not ask the registry about. */
test.each(['package-lock.json', 'bench/package-lock.json'])(
  '%s names the optional packages of every platform, not only of the one it was made on',
  (file) => {
    const { packages } = Lock.parse(JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')));
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  },
);

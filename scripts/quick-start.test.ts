import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import drizzle from '../node_modules/drizzle-orm/package.json' with { type: 'json' };
import { QUICK_START, ROOT } from './set-up.mjs';

/** Runs `code` as a module in a process of its own, as every start does; what it prints is JSON. */
function startWith(preloads: string[], code: string) {
  const args = [...preloads, '--input-type=module', '-e', code];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }));
}

// Hooks run in the opposite order of their registration, so this one sees what the quick start leaves to Node.
const COUNT_WHAT_NODE_RESOLVES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  globalThis.resolvedByNode = 0;
  registerHooks({ resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL?.includes('/drizzle-orm/')) globalThis.resolvedByNode += 1;
    return next(specifier, context);
  } });
`)}`;
const LOAD_DRIZZLE = `
  const { pgTable } = await import('drizzle-orm/pg-core');
  const { Column } = await import('drizzle-orm');
  const asNodeFindsIt = await import('./node_modules/drizzle-orm/column.js');
  console.log(JSON.stringify({
    works: typeof pgTable === 'function', once: asNodeFindsIt.Column === Column, resolvedByNode: globalThis.resolvedByNode,
  }));
`;

test('drizzle-orm’s files find each other without Node, and are what Node would have found', () => {
  const count = ['--import', COUNT_WHAT_NODE_RESOLVES];
  const without = startWith(count, LOAD_DRIZZLE);
  expect(without).toEqual({ works: true, once: true, resolvedByNode: expect.any(Number) });
  expect(without.resolvedByNode).toBeGreaterThan(100);
  expect(startWith([...count, ...QUICK_START], LOAD_DRIZZLE)).toEqual({ ...without, resolvedByNode: 0 });
  // What the hook says in Node's place.
  expect(drizzle.type).toBe('module');
});

test('what Node compiles is kept, where only this user’s own programs write', () => {
  const kept = startWith(
    QUICK_START,
    `import { getCompileCacheDir } from 'node:module'; console.log(JSON.stringify(getCompileCacheDir()));`,
  );
  expect(kept.startsWith(join(ROOT, 'node_modules', '.cache', 'compiled'))).toBe(true);
});

/** Hold the import rules of the source tree. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  from: string;
  /** A path from the root for our own files, a package's name otherwise. */
  to: string;
  isTypeOnly: boolean;
}

const files = globSync('{app,lib}/**/*.{ts,tsx}', { cwd: ROOT })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/\.test\.tsx?$|\/test-[\w-]+\.ts$/.test(path))
  .concat('middleware.ts', 'instrumentation.ts');
const sources = new Map(files.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
const imports = [...sources].flatMap(([from, source]) => importsOf(from, source));

/** Everything else that is run, tests and tools included. The peers and the overlay of the benchmark are apps of their own. */
const rigs = globSync('{*.config.ts,{app,lib,scripts,e2e,bench}/**/*.{ts,tsx,mjs}}', {
  cwd: ROOT,
  exclude: ['bench/{node_modules,.work,peers,overlay}/**'],
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !sources.has(path));
const allImports = [...imports, ...rigs.flatMap((path) => importsOf(path, readFileSync(join(ROOT, path), 'utf8')))];

function importsOf(from: string, source: string): Import[] {
  const statements = source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  return [...statements].map(([statement, type, target = '']) => ({
    from,
    to: target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(from), target)).replaceAll('\\', '/') : target,
    isTypeOnly: Boolean(type) || /^import\s*\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}/.test(statement),
  }));
}

const layer = (path: string) =>
  /^lib\/([a-z-]+)\//.exec(path)?.[1] ?? (path.startsWith('lib/') ? 'root' : path.split('/')[0]);

/** Which folders of `lib` a folder may import, besides itself and the files directly in `lib`. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  db: ['contract'],
  auth: ['contract', 'db'],
  orders: ['contract', 'db'],
  http: ['contract', 'db', 'auth'],
  server: ['contract', 'db', 'auth', 'orders', 'http'],
  client: ['contract'],
};

function offences(isOffence: (candidate: Import) => boolean): string[] {
  return imports.filter(isOffence).map(({ from, to }) => `${from} → ${to}`);
}

test('the rules read real sources', () => {
  expect(imports.length).toBeGreaterThan(200);
  expect(imports).toContainEqual({ from: 'middleware.ts', to: 'lib/auth/request/authenticate.ts', isTypeOnly: false });
});

test.each(Object.entries(MAY_IMPORT))('lib/%s imports only %j of our own folders', (folder, allowed) => {
  const ours = (to: string) => to.startsWith('lib/') || to.startsWith('app/');
  expect(
    offences(
      ({ from, to }) => layer(from) === folder && ours(to) && ![folder, 'root', ...allowed].includes(layer(to) ?? ''),
    ),
  ).toEqual([]);
});

/** From the ground up. `passwords` and `binding` stand side by side. */
const AUTH_ROOMS = ['caller', 'tokens', 'sessions', 'request', 'passwords', 'binding', 'refresh'];

test('a room of lib/auth imports only the rooms before it, types included', () => {
  const room = (path: string) => AUTH_ROOMS.indexOf(/^lib\/auth\/([a-z-]+)\//.exec(path)?.[1] ?? '');
  const side = ['passwords', 'binding'].map((name) => AUTH_ROOMS.indexOf(name));
  const arrows = offences(({ from, to }) => {
    if (room(from) < 0 || !to.startsWith('lib/auth/') || room(from) === room(to)) return false;
    return room(to) > room(from) || (side.includes(room(from)) && side.includes(room(to)));
  });
  expect(arrows).toEqual([]);
  expect(files.filter((path) => path.startsWith('lib/auth/') && room(path) < 0)).toEqual([]);
});

/** A layout is skipped by requests that carry a router state, and middleware is only a convenience. */
test('every page of a signed-in user requires its own principal', () => {
  const pages = [...sources].filter(([path]) => /^app\/\(signed-in\)\/.*page\.tsx$/.test(path));
  expect(pages.length).toBeGreaterThan(3);
  const open = pages.filter(([, source]) => !source.includes('await requirePrincipal('));
  expect(open.map(([path]) => path)).toEqual([]);
});

test('headers are read by parsers alone, and everything below them takes what they have read', () => {
  const readers = [...sources].filter(([path, source]) => path.startsWith('lib/auth/') && /\bHeaders\b/.test(source));
  expect(readers.map(([path]) => path).sort()).toEqual([
    'lib/auth/binding/dbsc/dbsc-proof.ts',
    'lib/auth/caller/caller.ts',
    'lib/auth/request/cookies.ts',
    'lib/auth/request/sender.ts',
  ]);
});

test('no file imports itself by way of others, types included, in the app, its tests and its tools', () => {
  expect(rigs.length).toBeGreaterThan(200);
  const targets = Map.groupBy(allImports, ({ from }) => from);
  const done = new Set<string>();
  const circleAt = (path: string, way: string[]): string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const { to } of targets.get(path) ?? []) {
      const circle = circleAt(to, [...way, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  expect([...targets.keys()].map((path) => circleAt(path, [])).filter((circle) => circle.length > 0)).toEqual([]);
});

test.each([
  ['app', ['scripts', 'e2e', 'bench']],
  ['lib', ['app', 'scripts', 'e2e', 'bench']],
  ['scripts', ['app', 'e2e', 'bench']],
  ['e2e', ['bench']],
])('%s imports nothing of %j, tests included', (folder, forbidden) => {
  const top = (path: string) => path.split('/')[0] ?? '';
  const arrows = allImports.filter(({ from, to }) => top(from) === folder && forbidden.includes(top(to)));
  expect(arrows.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('nothing imports lib/server but itself: instrumentation.ts loads it when the process starts', () => {
  expect(offences(({ from, to }) => layer(to) === 'server' && layer(from) !== 'server')).toEqual([]);
  expect(sources.get('instrumentation.ts')).toContain("import('./lib/server/start.ts')");
});

test('lib/contract imports zod and itself, nothing else', () => {
  expect(offences(({ from, to }) => layer(from) === 'contract' && to !== 'zod' && layer(to) !== 'contract')).toEqual(
    [],
  );
});

test('the environment depends on nothing but limits', () => {
  const isAllowed = (to: string) =>
    ['zod', 'node:path'].includes(to) || /^lib\/auth\/[a-z]+\/[a-z-]+-limits\.ts$/.test(to);
  expect(offences(({ from, to }) => from === 'lib/env.ts' && !isAllowed(to))).toEqual([]);
});

test('only pages, handlers and middleware import Next', () => {
  expect(
    offences(({ from, to }) => /^next(\/|$)/.test(to) && layer(from) !== 'app' && from !== 'middleware.ts'),
  ).toEqual([]);
});

test('what runs in the browser takes types and what needs no zod from the contract, and nothing of the server', () => {
  const isClient = (path: string) =>
    path.startsWith('lib/client/') || /^['"]use client['"]/m.test(sources.get(path) ?? '');
  const forBrowsers = [
    'lib/contract/cookies.ts',
    'lib/contract/database-away.ts',
    'lib/contract/headers.ts',
    'lib/contract/limits.ts',
    'lib/contract/paths.ts',
    'lib/contract/sign-in-notice.ts',
    'lib/orders/money.ts',
    'lib/orders/order-status.ts',
    'lib/orders/order-number.ts',
  ];
  expect(
    offences(({ from, to, isTypeOnly }) => {
      if (!isClient(from) || isTypeOnly || !to.startsWith('lib/')) return false;
      return layer(to) !== 'client' && !forBrowsers.includes(to);
    }),
  ).toEqual([]);
});

test('the session store does without React', () => {
  expect(
    offences(({ from, to }) => layer(from) === 'client' && to === 'react' && !from.endsWith('use-session.ts')),
  ).toEqual([]);
});

/** `instrumentation.ts` asks only which runtime it is loaded in. */
test('only lib/env.ts reads the environment', () => {
  const readers = [...sources]
    .filter(([path, source]) => path !== 'lib/env.ts' && source.includes('process.env'))
    .map(([path]) => path);
  expect(readers).toEqual(['instrumentation.ts']);
});

/** Otherwise Next wraps every request in a proxy to find out, which costs more than the guard. */
test('every route handler says that its answer is dynamic', () => {
  const handlers = [...sources].filter(([path]) => /^app\/.+\/route\.ts$/.test(path));
  expect(handlers.length).toBeGreaterThan(10);
  const silent = handlers.filter(([, source]) => !source.includes("\nexport const dynamic = 'force-dynamic';\n"));
  expect(silent.map(([path]) => path)).toEqual([]);
});

test('nothing runs text as code, and nothing puts text into a page as markup', () => {
  const forbidden =
    /\beval\(|new Function\b|node:vm\b|setTimeout\(['"`]|innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|DOMParser|createContextualFragment/;
  const offenders = [...sources].filter(([, source]) => forbidden.test(source)).map(([path]) => path);
  expect(offenders).toEqual([]);
});

test('the server asks nobody but its database', () => {
  const asking = /^(node:)?(http2?|https|net|tls|dgram|dns)(\/|$)|^(undici|axios|got|ky|node-fetch)$/;
  // `isIP` and `isIPv6` are the only things taken of it.
  const allowed = ['lib/auth/caller/network.ts → node:net'];
  expect(offences(({ to, isTypeOnly }) => asking.test(to) && !isTypeOnly).filter((o) => !allowed.includes(o))).toEqual(
    [],
  );
  const isServers = (path: string) =>
    !path.startsWith('lib/client/') && !/^['"]use client['"]/m.test(sources.get(path) ?? '');
  // The page that refreshes carries the browser's part as text.
  const senders = [...sources].filter(([path, source]) => isServers(path) && /(?<![.\w])fetch\(/.test(source));
  expect(senders.map(([path]) => path)).toEqual(['app/api/refresh_token/proof-page.ts']);
});

test('there are no barrels and no drawers for odds and ends', () => {
  expect(files.filter((path) => /(^|\/)(index|utils?|helpers?|misc)\.tsx?$/.test(path))).toEqual([]);
});

test('every file of lib says in its first line what it is for', () => {
  const silent = [...sources]
    .filter(([path, source]) => path.startsWith('lib/') && !/^(\/\*\*|\/\/)/.test(source))
    .map(([path]) => path);
  expect(silent).toEqual([]);
});

test('the rules of the session know no browser: they import their lengths of time, and touch nothing global', () => {
  const rules = ['lib/client/session/reducer.ts', 'lib/client/session/state.ts'];
  const allowed = [...rules, 'lib/client/policy.ts'];
  expect(offences(({ from, to, isTypeOnly }) => rules.includes(from) && !isTypeOnly && !allowed.includes(to))).toEqual(
    [],
  );
  const code = rules.map((path) => sources.get(path)?.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')).join('\n');
  expect(code).toContain('export function reduce');
  expect(code).toContain('export function wakeAtMs');
  expect(
    code.match(
      /\b(window|document|navigator|location|localStorage|fetch|set\w+out|Date|performance|Math\.random|crypto|globalThis)\b/,
    ),
  ).toBeNull();
  // Nothing to remember between two calls but the state.
  expect(code.match(/^(export )?(let|var) /m)).toBeNull();
});

/** The rooms of the browser's part, and which of them a room may import besides itself. */
const CLIENT_ROOMS: Record<string, string[]> = { drafts: [], session: [], resilience: ['session', 'drafts'] };

test('in lib/client, resilience stands on session and drafts, and never the other way round', () => {
  const room = (path: string) => /^lib\/client\/([a-z-]+)\//.exec(path)?.[1];
  const arrows = offences(({ from, to }) => {
    const [own, other] = [room(from), room(to)];
    return own !== undefined && other !== undefined && own !== other && !CLIENT_ROOMS[own]?.includes(other);
  });
  expect(arrows).toEqual([]);
  const homeless = files.filter(
    (path) => path.startsWith('lib/client/') && !Object.hasOwn(CLIENT_ROOMS, room(path) ?? ''),
  );
  expect(homeless).toEqual(['lib/client/policy.ts']);
});

test('no module lets others see a variable change', () => {
  const changing = [...sources].filter(([, source]) => /^export (let|var) /m.test(source)).map(([path]) => path);
  expect(changing).toEqual([]);
});

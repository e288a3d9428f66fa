/** Holds the documents to the code: the paths they name, what docs/api.md promises, and the values, lists and tests of docs/security.md. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as bindingPolicy from './auth/binding/proof-limits.ts';
import * as passwordPolicy from './auth/passwords/password-limits.ts';
import * as refreshPolicy from './auth/refresh/refresh-limits.ts';
import * as requestPolicy from './auth/request/page-refresh-limits.ts';
import * as sessionPolicy from './auth/sessions/session-limits.ts';
import * as tokenPolicy from './auth/tokens/token-limits.ts';
import { Order, OrderListItem, Product } from './contract/order.ts';
import { SessionView } from './contract/session.ts';
import * as schema from './db/schema.ts';
import { ERRORS } from './errors.ts';

const policy: Record<string, number> = {
  ...tokenPolicy,
  ...sessionPolicy,
  ...requestPolicy,
  ...passwordPolicy,
  ...bindingPolicy,
  ...refreshPolicy,
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const found = (pattern: string) => globSync(pattern, { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));

const PAGES = ['README.md', ...found('{docs,e2e,bench,.github}/*.md')];

test.each(PAGES)('every link of %s leads to a file of the project', (page) => {
  const targets = [...read(page).matchAll(/(?:\]\(|(?:src|href)=")((?!\w+:)[^)"#]+)/g)].map(
    ([, target = '']) => target,
  );
  expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
});

/** In backticks: below a folder of the project, or a configuration file at its root. */
const NAMED_PATH = /`((?:app|lib|scripts|e2e|bench|docs|\.ci)\/[^`\s]*|[\w-]+(?:\.config)?\.(?:ts|js))`/g;

test.each(['README.md', 'docs/deploy.md', '.github/CONTRIBUTING.md'])('every path that %s names is there', (page) => {
  const paths = [...read(page).matchAll(NAMED_PATH)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(1);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every package script that README and the guides name is there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = PAGES.flatMap((page) => [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('docs/continuity.md has twenty faults, each with a test of that title', () => {
  const faults = rows(read('docs/continuity.md'), /^\d+$/);
  expect(faults.map(([number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  const specs = found('e2e/**/*.{spec,contract}.ts').map(read).join('\n');
  const titles = faults.flatMap(([, , , shown = '']) =>
    [...shown.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  );
  expect(titles.length).toBeGreaterThan(faults.length);
  expect(titles.filter((title) => !specs.includes(title))).toEqual([]);
});

const PAGE = read('docs/security.md');
const sections = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((section) => section.split(/\n([\s\S]*)/, 2) as [string, string]),
);
const section = (heading: string) => sections.get(heading) ?? '';
const sources = found('{app/**/*,lib/**/*}.{ts,tsx}')
  .filter((path) => !/\.test\.tsx?$|\/test-[\w-]+\.ts$/.test(path))
  .map((path) => [path, read(path)] as const);

/** The cells of every row whose first cell matches. */
function rows(text: string, first: RegExp): string[][] {
  const cells = text.split('\n').map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([cell]) => cell !== undefined && first.test(cell));
}

const HEADINGS = [
  'Threat model',
  'Open gaps',
  'Input rules',
  'Login throttling',
  'Access matrix',
  'Limits',
  'Forbidden words',
  'Ways to sign in',
  'Sessions',
  'Fields',
  'Keys',
  'Crypto inventory',
  'Connections',
  'Data classes',
  'Logs',
  'Browsers',
  'Context signals',
  'Resources',
  'Rotation',
];

test.each(HEADINGS)('it has something to say under %s', (heading) => {
  expect(section(heading).trim().length).toBeGreaterThan(100);
});

describe('constants', () => {
  /** These follow from the machine, and are said in words. */
  const OF_THE_MACHINE = ['PASSWORD_HASHES_AT_ONCE', 'LOGINS_AT_ONCE'];
  const given = rows(PAGE, /^`[A-Z][A-Z_\d]+`$/)
    .map(([name = '', value = '']) => [name.slice(1, -1), value] as const)
    .filter(([, value]) => /^\d/.test(value));

  test('every constant it gives has the value it has in the code', () => {
    expect(given.length).toBeGreaterThan(70);
    expect(given).toEqual(given.map(([name]) => [name, inWords(name)]));
  });

  test('every limit of each room of lib/auth is given once', () => {
    expect(found('lib/auth/**/*-limits.ts')).toHaveLength(6);
    const names = given.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(
      Object.keys(policy)
        .filter((name) => !names.includes(name))
        .sort(),
    ).toEqual(OF_THE_MACHINE.toSorted());
  });

  /** As the page writes it: with the largest unit that leaves no rest. */
  function inWords(name: string): string {
    const value = codeValue(name);
    const seconds = name.endsWith('_MS') ? value / 1_000 : name.endsWith('_SECONDS') ? value : null;
    if (seconds === null) return value.toLocaleString('en');
    const units: [number, string][] = [
      [86_400, 'day'],
      [3_600, 'hour'],
      [60, 'minute'],
      [1, 'second'],
    ];
    const [size, unit] = units.find(([size]) => seconds % size === 0) ?? [1, 'second'];
    return `${seconds / size} ${unit}${seconds / size === 1 ? '' : 's'}`;
  }

  function codeValue(name: string): number {
    const exported = policy[name];
    if (exported !== undefined) return exported;
    const definitions = sources.flatMap(([, source]) =>
      [...source.matchAll(new RegExp(`^(?:export )?const ${name} = ([\\d_ *]+);`, 'gm'))].map(
        ([, value = '']) => value,
      ),
    );
    // Where pages keep a copy of their own it must be the same.
    expect([name, new Set(definitions).size]).toEqual([name, 1]);
    const factors = (definitions[0] ?? '').split('*').map((factor) => Number(factor.replaceAll('_', '')));
    return factors.reduce((product, factor) => product * factor, 1);
  }
});

/** `GET /api/order/{number} guarded` for every method of every route. */
function writtenEndpoints(): string[] {
  const routes = found('app/api/**/route.ts').filter((path) => !path.includes('[['));
  expect(routes.length).toBeGreaterThan(15);
  const written = routes.flatMap((path) => {
    const address = `/${path.slice('app/'.length, -'/route.ts'.length)}`.replace(/\[(\w+)\]/g, '{$1}');
    const source = read(path).replace(/^import .*$/gm, '');
    return [...source.matchAll(/^ +(GET|POST|PUT|PATCH|DELETE): (open|guarded)\b/gm)].map(
      ([, method, rule]) => `${method} ${address} ${rule}`,
    );
  });
  expect(written.length).toBeGreaterThan(routes.length);
  return written.sort();
}

test('the access matrix has every method of every route, and the rule it is written under', () => {
  const listed = rows(section('Access matrix'), /^`(GET|POST|PUT|PATCH|DELETE) \/api/).map(
    ([endpoint = '', rule]) => `${endpoint.slice(1, -1)} ${rule}`,
  );
  expect(listed.sort()).toEqual(writtenEndpoints());
});

describe('docs/api.md', () => {
  const api = read('docs/api.md');

  test('has every method of every route', () => {
    const listed = rows(api, /^`(GET|POST|PUT|PATCH|DELETE) \/api/).flatMap(([endpoints = '']) =>
      [...endpoints.matchAll(/`([A-Z]+ \/api[^?`]*)/g)].map(([, endpoint]) => endpoint),
    );
    expect(listed.sort()).toEqual(writtenEndpoints().map((endpoint) => endpoint.replace(/ \w+$/, '')));
  });

  test('gives every error code with its status', () => {
    const listed = rows(api, /^[45]\d\d$/).flatMap(([status, codes = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [code, Number(status)]),
    );
    expect(listed.sort()).toEqual(
      Object.entries(ERRORS)
        .map(([code, [status]]) => [code, status])
        .sort(),
    );
  });

  test.each([
    ['order', Order],
    ['order of a list', OrderListItem],
    ['product', Product],
    ['session', SessionView],
  ])('gives the fields of: %s', (name, { shape }) => {
    const [[, fields = ''] = []] = rows(api, new RegExp(`^${name}$`));
    const outer = fields.slice(2, -2).replace(/\{[^}]*\}/g, '');
    expect(outer.match(/\w+/g)).toEqual(Object.keys(shape));
  });
});

test('every algorithm of the sources stands in the crypto inventory', () => {
  const inventory = section('Crypto inventory');
  const used = sources.flatMap(([, source]) => [
    ...[...source.matchAll(/'((?:HS|RS|PS|ES)\d{3}|EdDSA|A\d{3}GCM(?:KW)?)'/g)].map(([, name = '']) => name),
    ...[...source.matchAll(/(?:createHash|createHmac|hkdfSync)\('([\w-]+)'/g)].map(([, name = '']) => name),
  ]);
  expect(new Set(used)).toEqual(new Set(['HS256', 'ES256', 'sha256']));
  for (const name of used) expect(inventory).toContain(name);
  const { ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES } = policy;
  expect(inventory).toContain(`m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}`);
});

test('every table of the database has a class', () => {
  const classes = section('Data classes');
  const tables = [...read('lib/db/schema.ts').matchAll(/pgTable\(\s*'(\w+)'/g)].map(([, name = '']) => name);
  expect(tables.length).toBe(Object.keys(schema).length);
  for (const table of tables) expect(classes).toContain(`\`${table}\``);
});

test('every event of the log is listed with its level', () => {
  const [, events = ''] = /const EVENTS = \{([^}]*)\}/.exec(read('lib/log.ts')) ?? [];
  const written = [...events.matchAll(/^ +(\w+): '(\w+)',$/gm)].map(([, event, level]) => `${level} ${event}`);
  expect(written.length).toBeGreaterThan(20);
  const listed = rows(section('Logs'), /^(fatal|error|warn|info)$/).flatMap(([level, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, event]) => `${level} ${event}`),
  );
  expect(listed.sort()).toEqual(written.sort());
});

test('the forbidden word is the one of the code', () => {
  expect(read('lib/auth/passwords/password-strength.ts')).toContain("OUR_WORDS = ['tandem']");
  expect(section('Forbidden words')).toContain('`tandem`');
});

describe('the table of requirements', () => {
  const requirements = rows(section('Every requirement'), /^\d+$/);
  const gaps = rows(section('Open gaps'), /^G\d+$/).map(([gap = '']) => gap);

  test('has rows 1 to 126, each once, with a level and a state', () => {
    expect(requirements.map(([number]) => Number(number))).toEqual(Array.from({ length: 126 }, (_, n) => n + 1));
    for (const [number, , level, words, state] of requirements) {
      expect(level, number).toMatch(/^(L[123]|MUST|SHOULD|MAY)$/);
      expect(words, number).not.toBe('');
      expect(state, number).toMatch(/^(met|not met: G\d|does not apply)/);
    }
  });

  test('names only gaps that are described, and all of them', () => {
    const named = new Set(requirements.flatMap(([, , , , state = '']) => state.match(/G\d+/g) ?? []));
    expect([...named].sort()).toEqual(gaps.sort());
  });

  test('says of every row what shows it: a test that is there, a part of this page, or a gap', () => {
    const wrong = requirements.flatMap(([number, , , , , shown = '']) =>
      faults(shown).map((fault) => `${number}: ${fault}`),
    );
    expect(wrong).toEqual([]);
  });

  const tests = found('{app,lib,scripts,e2e}/**/*.{test,contract,spec}.{ts,tsx}');

  function faults(shown: string): string[] {
    const links = [...shown.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
    if (links.length > 0) return links.filter((link) => !anchors.has(link)).map((link) => `no part is called ${link}`);
    const named = [...shown.matchAll(/`([\w.-]+)`: ((?:"[^"]+"(?:, )?)+)/g)];
    if (named.length === 0) return ['nothing shows it'];
    return named.flatMap(([, file = '', titles = '']) => {
      const paths = tests.filter((path) => basename(path) === file);
      if (paths.length !== 1) return [`${paths.length} files are called ${file}`];
      const source = read(paths[0] ?? '');
      return [...titles.matchAll(/"([^"]+)"/g)]
        .map(([, title = '']) => title)
        .filter(
          (title) => !['(', ' '].some((before) => ["'", '"', '`'].some((q) => source.includes(before + q + title + q))),
        )
        .map((title) => `${file} has no test "${title}"`);
    });
  }

  const anchors = new Set([...sections.keys()].map((heading) => heading.toLowerCase().replaceAll(' ', '-')));
});

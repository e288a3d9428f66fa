import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EnvError, parseEnv, Variables } from './env.ts';

const SECRET = 'k1:4f5d8a1c9b7e3f20a6d4c8b1e5f79032';

function problemsOf(variables: Record<string, string>): string[] {
  try {
    parseEnv(variables);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
}

test('without any variable the two lifetimes are 2 hours and 14 days, on the embedded database with demo data', () => {
  expect(parseEnv({})).toMatchObject({
    port: 3000,
    appOrigin: 'http://localhost:3000',
    databaseUrl: undefined,
    accessTokenLifetimeSeconds: 7_200,
    refreshTokenLifetimeSeconds: 1_209_600,
    boundAccessTokenLifetimeSeconds: 600,
    revocationLagMs: 1_000,
    bindingPolicy: 'prefer',
    trustProxy: 0,
    demoData: true,
  });
});

test('the origin follows the port unless it is given', () => {
  expect(parseEnv({ PORT: '8080' }).appOrigin).toBe('http://localhost:8080');
  expect(parseEnv({ PORT: '8080', APP_ORIGIN: 'https://orders.example' }).appOrigin).toBe('https://orders.example');
});

test('PostgreSQL turns demo data off and asks for secrets that every instance shares', () => {
  const DATABASE_URL = 'postgres://tandem@127.0.0.1/tandem';
  expect(parseEnv({ DATABASE_URL, AUTH_SECRETS: SECRET }).demoData).toBe(false);
  expect(problemsOf({ DATABASE_URL })).toEqual([expect.stringContaining('AUTH_SECRETS is required with DATABASE_URL')]);
});

test('secrets keep their order, newest first', () => {
  const older = 'k0:0f1e2d3c4b5a69788796a5b4c3d2e1f0';
  expect(parseEnv({ AUTH_SECRETS: `${SECRET},${older}` }).authSecrets?.map(({ id }) => id)).toEqual(['k1', 'k0']);
});

test.each([
  ['PORT', 'abc'],
  ['PORT', '70000'],
  ['PORT', '0'],
  ['APP_ORIGIN', 'orders.example'],
  ['APP_ORIGIN', 'https://orders.example/path'],
  ['APP_ORIGIN', 'http://orders.example'],
  ['AUTH_SECRETS', 'short:abc'],
  ['AUTH_SECRETS', `k:${'x'.repeat(40)}`],
  ['AUTH_SECRETS', `${SECRET},${SECRET}`],
  ['AUTH_SECRETS', 'no-colon-here'],
  ['ACCESS_TOKEN_LIFETIME', '2 hours'],
  ['ACCESS_TOKEN_LIFETIME', '0s'],
  ['ACCESS_TOKEN_LIFETIME', '1500ms'],
  ['ACCESS_TOKEN_LIFETIME', '15d'],
  ['REFRESH_TOKEN_LIFETIME', '-1d'],
  ['REVOCATION_LAG', 'soon'],
  ['BINDING_POLICY', 'always'],
  ['TRUST_PROXY', 'yes'],
  ['TRUST_PROXY', '-1'],
  ['DEMO_DATA', 'true'],
  ['METRICS_TOKEN', 'short'],
  ['METRICS_TOKEN', 'forty characters, but not those of a token'],
])('%s=%s is refused in one sentence that names it', (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name} .*\\.$`));
});

test('a database address of another kind is refused', () => {
  const problems = problemsOf({ DATABASE_URL: 'mysql://root@127.0.0.1/test', AUTH_SECRETS: SECRET });
  expect(problems).toEqual(['DATABASE_URL must look like postgres://user@host:5432/name.']);
});

test.each([
  'postgres://tandem@db.example/tandem?sslmode=verify-full',
  'postgres://tandem@127.0.0.1:5432/tandem',
  'postgres://tandem@localhost/tandem?sslmode=disable',
  'postgres://tandem@[::1]/tandem',
  'postgres:///tandem?host=/var/run/postgresql',
])('the database at %s is reached safely', (DATABASE_URL) => {
  expect(problemsOf({ DATABASE_URL, AUTH_SECRETS: SECRET })).toEqual([]);
});

test.each([
  'postgres://tandem@db.example/tandem',
  'postgres://tandem@db.example/tandem?sslmode=disable',
  'postgres://tandem@db.example/tandem?sslmode=require',
  'postgres://tandem@db.example/tandem?sslmode=no-verify',
  'postgres://tandem@10.0.0.7/tandem',
  'postgres:///tandem?host=db.example',
  'postgres://tandem@127.0.0.1.evil.test/tandem',
])('the database at %s is refused: nobody proves its name', (DATABASE_URL) => {
  expect(problemsOf({ DATABASE_URL, AUTH_SECRETS: SECRET })).toEqual([expect.stringContaining('sslmode=verify-full')]);
});

test('every wrong variable is named at once', () => {
  expect(problemsOf({ PORT: 'x', TRUST_PROXY: 'x', DEMO_DATA: 'x' })).toHaveLength(3);
});

test('.env.example explains every variable, once, and its values are accepted', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const entries = [...text.matchAll(/^# \S.*\n# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
  expect(entries.map(([name]) => name).sort()).toEqual(Object.keys(Variables.shape).sort());
  const given = entries.filter(([, value]) => !value?.startsWith('<') && !value?.includes('<secret>'));
  expect(problemsOf({ ...Object.fromEntries(given), AUTH_SECRETS: SECRET })).toEqual([]);
});

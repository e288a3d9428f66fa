import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorLines, FUZZ_ENV, fuzz, type Report, totals } from '../fuzz/fuzz.ts';
import { TARGETS, WRONG_PASSWORD } from '../fuzz/targets.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

const REQUESTS = 10_000;
/** Fixed here; `npm run fuzz` takes another each time. */
const SEED = 1;
/** These answer no 2xx even to a correct request. */
const NEVER_SUCCEED = [
  'metrics',
  'nothing in the API',
  'no page',
  'a picture made smaller',
  'start page',
  'bind by the browser',
  'change the password',
  'change to a poor password',
  'sign in with a wrong password',
];

let server: Server;
let report: Report;
beforeAll(async () => {
  server = await startServer({ env: { ...SERVER_ENV, ...FUZZ_ENV } });
  report = await fuzz({ url: server.url, requests: REQUESTS, seed: SEED });
  console.log(`${REQUESTS} made-up requests, seed ${SEED}: ${JSON.stringify(Object.fromEntries(totals(report)))}`);
}, 600_000);
afterAll(() => server.stop());

test('no generated request gets a server error, access by a forgery, or a secret', () => {
  expect([...report.faults].map(([fault, { times, example }]) => `${times} × ${fault}\n${example}`)).toEqual([]);
  expect(report.sent).toBe(REQUESTS);
});

test('requests get past the guards: every endpoint succeeds at times, and few requests are rate-limited', () => {
  const answers = totals(report);
  expect((answers.get(429) ?? 0) / REQUESTS).toBeLessThan(0.1);
  expect(((answers.get(401) ?? 0) + (answers.get(403) ?? 0)) / REQUESTS).toBeLessThan(0.5);
  const successes = ([name, statuses]: [string, Map<number, number>]) =>
    [200, 201, 204].some((status) => statuses.has(status)) ? [name] : [];
  const expected = TARGETS.map(({ name }) => name).filter((name) => !NEVER_SUCCEED.includes(name));
  expect([...report.counts].flatMap(successes)).toEqual(expect.arrayContaining(expected));
});

test('the log has no error, no token and no password', () => {
  const log = server.output();
  expect(errorLines(log)).toEqual([]);
  expect(log).toContain('"event":"authz_fail"');
  expect(log).not.toMatch(/eyJ[\w-]{10,}\.|Fe26\.2/);
  expect(log).not.toContain(WRONG_PASSWORD);
});

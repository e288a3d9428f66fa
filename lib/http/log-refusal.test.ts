/** What the log says of a refused request. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { withRequestContext } from '../request-context.ts';
import { logRefusal } from './log-refusal.ts';

let lines: Record<string, unknown>[] = [];
beforeAll(() => {
  vi.stubEnv('LOG_LEVEL', 'info');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    const { ts, ...rest } = JSON.parse(String(line));
    lines.push(rest);
    return true;
  });
});
beforeEach(() => {
  lines = [];
});
afterAll(() => vi.restoreAllMocks());

const during = (method: string, work: () => void) =>
  withRequestContext({ requestId: 'r1', method, route: '/api/order', address: '192.0.2.7' }, work);

test('a refusal has one line with its code, and nothing that it does not know', () => {
  logRefusal(new AppError('order_not_found'));
  expect(lines).toEqual([{ level: 'info', event: 'request_refused', code: 'order_not_found' }]);
});

test('the line says why a credential was refused, which no answer does', () => {
  logRefusal(new AppError('invalid_token', { reason: 'expired' }));
  expect(lines).toEqual([{ level: 'info', event: 'authz_fail', code: 'invalid_token', reason: 'expired' }]);
});

test('wrong fields are named, their values and sentences are not', () => {
  const issues = ['lines.0.sku', 'note'].map((path) => ({ path, message: 'A secret is no SKU.' }));
  logRefusal(new AppError('invalid_request', { issues }));
  expect(lines).toEqual([
    { level: 'info', event: 'input_validation_fail', code: 'invalid_request', fields: 'lines.0.sku note' },
  ]);
});

test('a refusal that the log has already gets no second line', () => {
  logRefusal(new AppError('invalid_grant', { isLogged: true, reason: 'other_key' }));
  expect(lines).toEqual([]);
});

test.each([
  ['unavailable', 'service_unavailable'],
  ['internal_error', 'unexpected_error'],
] as const)('%s is an error, and its line has the stack down to the cause', (code, event) => {
  logRefusal(new AppError(code, { cause: new Error('ECONNREFUSED') }));
  logRefusal(new AppError(code, { message: 'No cause.', isLogged: true }));
  expect(lines).toEqual([
    { level: 'error', event, cause: expect.stringMatching(/^Error: ECONNREFUSED\n +at /) },
    { level: 'error', event, cause: expect.stringMatching(/^AppError: No cause\.\n +at /) },
  ]);
});

test.each([
  ['GET', 'info', 'authz_fail'],
  ['HEAD', 'info', 'authz_fail'],
  ['OPTIONS', 'info', 'authz_fail'],
  ['POST', 'warn', 'malicious_csrf'],
  ['DELETE', 'warn', 'malicious_csrf'],
])('another site’s %s is %s: reading is no attack, since a picture does it', (method, level, event) => {
  during(method, () => logRefusal(new AppError('cross_site_request')));
  expect(lines).toEqual([expect.objectContaining({ level, event, code: 'cross_site_request', method })]);
});

test('what cannot be told from an attack is logged as one, and other refusals do not depend on the method', () => {
  logRefusal(new AppError('cross_site_request'));
  during('GET', () => logRefusal(new AppError('rate_limited')));
  expect(lines.map(({ event }) => event)).toEqual(['malicious_csrf', 'excess_rate_limit_exceeded']);
});

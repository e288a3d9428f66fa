/** What every route answers around its handler: its methods, its refusals and their order, and what a handler is given. */
import { drizzle } from 'drizzle-orm/pg-proxy';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Principal } from '../auth/request/authenticate.ts';
import { signAccessToken } from '../auth/tokens/access-token.ts';
import { randomId } from '../auth/tokens/random-id.ts';
import { loadTestKeys, NEW_SECRET } from '../auth/tokens/test-keys.ts';
import { provideDatabase } from '../db/client.ts';
import { databaseTime } from '../db/clock.ts';
import type * as schema from '../db/schema.ts';
import { AppError } from '../errors.ts';
import { type RequestContext, withRequestContext } from '../request-context.ts';
import { json, noContent } from './answers.ts';
import { BODY_MAX_BYTES } from './body.ts';
import { type Call, type Endpoint, guarded, type Method, open, route } from './route.ts';
import { API_POLICY } from './security-headers.ts';

const ADDRESS = 'http://localhost:3000/api/thing';
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };

/** Answers every statement with no row: no session is revoked. */
const db = drizzle<typeof schema>(async () => ({ rows: [] }));

let lines: Record<string, unknown>[] = [];
beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'info');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
  provideDatabase({ db, kind: 'postgres', close: async () => {} });
  await loadTestKeys(NEW_SECRET);
});
beforeEach(() => {
  lines = [];
});
afterAll(() => vi.restoreAllMocks());

interface Sent {
  headers?: Record<string, string>;
  query?: string;
  body?: string;
  params?: unknown;
}

type Handlers = ReturnType<typeof route>;

function send(handlers: Handlers, method: Method, { headers = {}, query = '', body, params = {} }: Sent = {}) {
  const request = new Request(ADDRESS + query, { method, headers, ...(body !== undefined && { body }) });
  return handlers[method](request, { params: Promise.resolve(params) });
}

const done = async () => noContent();
const fail = (error: unknown) =>
  open({}, async () => {
    throw error;
  });

async function refusal(response: Response | Promise<Response>) {
  const { status, headers } = await response;
  expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  return [status, (await (await response).json()).error];
}

describe('methods', () => {
  test('a route that can be read answers HEAD as it answers GET, says what it takes, and refuses the others', async () => {
    const handlers = route({ GET: open({}, async () => json(200, 'read')), DELETE: open({}, done) });
    for (const method of ['GET', 'HEAD'] as const) expect((await send(handlers, method)).status).toBe(200);
    expect((await send(handlers, 'DELETE')).status).toBe(204);
    const options = await send(handlers, 'OPTIONS');
    expect([options.status, options.headers.get('Allow'), options.headers.get('Cache-Control')]).toEqual([
      204,
      'GET, HEAD, DELETE, OPTIONS',
      'no-store',
    ]);
    for (const method of ['POST', 'PUT', 'PATCH'] as const) {
      const refused = await send(handlers, method);
      expect(refused.headers.get('Allow')).toBe('GET, HEAD, DELETE, OPTIONS');
      expect(await refusal(refused)).toEqual([405, 'method_not_allowed']);
    }
  });

  test('a route that only takes something in has nothing to read', async () => {
    const handlers = route({ POST: open({}, done) });
    expect((await send(handlers, 'POST')).status).toBe(204);
    expect((await send(handlers, 'OPTIONS')).headers.get('Allow')).toBe('POST, OPTIONS');
    for (const method of ['GET', 'HEAD'] as const) expect((await send(handlers, method)).status).toBe(405);
  });
});

describe('every answer', () => {
  test('may run and frame nothing, unless it brings a policy of its own', async () => {
    const own = "default-src 'self'";
    const handlers = route({
      GET: open({}, async () => json(200, 'read')),
      POST: fail(new AppError('not_found')),
      PUT: open({}, async () => json(200, 'a page', { 'Content-Security-Policy': own })),
    });
    for (const [method, policy] of [
      ['GET', API_POLICY],
      ['POST', API_POLICY],
      ['OPTIONS', API_POLICY],
      ['PUT', own],
    ] as const)
      expect((await send(handlers, method)).headers.get('Content-Security-Policy')).toBe(policy);
  });

  test('carries the nonce for the next proof where its route offers one, also when it refuses', async () => {
    const endpoints = { GET: open({}, done), PUT: fail(new AppError('not_found')) };
    for (const method of ['GET', 'PUT', 'OPTIONS', 'DELETE'] as const) {
      expect((await send(route(endpoints, { offersNonce: true }), method)).headers.has('DPoP-Nonce')).toBe(true);
      expect((await send(route(endpoints), method)).headers.has('DPoP-Nonce')).toBe(false);
    }
  });
});

describe('a refusal', () => {
  const notFound = { GET: fail(new AppError('not_found')), POST: fail(new AppError('not_found')) };

  test('is JSON for a program and a page for a person, who opened the address or sent a form', async () => {
    const handlers = route(notFound);
    expect(await refusal(send(handlers, 'GET'))).toEqual([404, 'not_found']);
    for (const page of [
      await send(handlers, 'GET', { headers: NAVIGATION }),
      await send(handlers, 'POST', { headers: FORM, body: '' }),
    ]) {
      expect([page.status, page.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('There is nothing at this address.');
    }
  });

  test('of a form leads back to the sign-in page where the route says so, and there alone', async () => {
    const handlers = route(notFound, { formGoesTo: '/login' });
    const form = await send(handlers, 'POST', { headers: FORM, body: '' });
    expect([form.status, form.headers.get('Location')]).toEqual([303, '/login?notice=internal_error']);
    expect(await refusal(send(handlers, 'POST'))).toEqual([404, 'not_found']);
    expect((await send(handlers, 'GET', { headers: NAVIGATION })).status).toBe(404);
  });

  test('that the sign-in page has a sentence for is told there', async () => {
    const handlers = route({ POST: fail(new AppError('rate_limited')) }, { formGoesTo: '/login' });
    const form = await send(handlers, 'POST', { headers: FORM, body: '' });
    expect(form.headers.get('Location')).toBe('/login?notice=rate_limited');
  });

  test('keeps its status, its time to wait and its fields', async () => {
    const handlers = route({
      GET: fail(new AppError('rate_limited', { retryAfterSeconds: 7 })),
      POST: fail(new AppError('invalid_request', { issues: [{ path: 'note', message: 'Too long.' }] })),
    });
    expect((await send(handlers, 'GET')).headers.get('Retry-After')).toBe('7');
    expect(await (await send(handlers, 'POST')).json()).toEqual({
      error: 'invalid_request',
      message: 'Some fields are missing or wrong.',
      issues: [{ path: 'note', message: 'Too long.' }],
    });
  });

  test('for want of a database says when to try again, and one for a fault of ours tells nothing of it', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7'), { code: 'ECONNREFUSED' });
    const handlers = route({ GET: fail(away), POST: fail(new TypeError('x is not a secret')), PUT: fail('text') });
    const unavailable = await send(handlers, 'GET');
    expect(unavailable.headers.get('Retry-After')).toBe('2');
    expect(await unavailable.clone().text()).not.toContain('10.0.0.7');
    expect(await refusal(unavailable)).toEqual([503, 'unavailable']);
    for (const method of ['POST', 'PUT'] as const) {
      const failed = await send(handlers, method);
      expect(failed.headers.has('Retry-After')).toBe(false);
      expect(await failed.json()).toEqual({
        error: 'internal_error',
        message: 'Something failed on our side. Try again.',
      });
    }
  });

  test('has one line in the log, with the cause that the client does not get', async () => {
    const handlers = route({ POST: fail(new TypeError('x is not a secret')) }, { formGoesTo: '/login' });
    for (const headers of [{}, NAVIGATION, FORM]) {
      lines = [];
      await send(handlers, 'POST', { headers });
      expect(lines).toEqual([expect.objectContaining({ event: 'unexpected_error' })]);
      expect(lines[0]?.cause).toMatch(/^TypeError: x is not a secret\n/);
    }
  });
});

describe('before the handler', () => {
  const handled = vi.fn(done);
  const rules = { body: z.object({ name: z.string() }) };
  beforeEach(() => {
    handled.mockClear();
  });

  test('a request is refused for its size, type, origin, body and token, in this order', async () => {
    const handlers = route({ POST: guarded(rules, handled) });
    const wrong: Record<string, string> = {
      'content-length': String(BODY_MAX_BYTES + 1),
      'content-type': 'text/plain',
      'sec-fetch-site': 'cross-site',
    };
    const sent = { headers: wrong, body: '{}' };
    expect(await refusal(send(handlers, 'POST', sent))).toEqual([413, 'payload_too_large']);
    wrong['content-length'] = String(BODY_MAX_BYTES);
    expect(await refusal(send(handlers, 'POST', sent))).toEqual([415, 'unsupported_media_type']);
    wrong['content-type'] = 'application/json';
    expect(await refusal(send(handlers, 'POST', sent))).toEqual([403, 'cross_site_request']);
    wrong['sec-fetch-site'] = 'same-origin';
    expect(await refusal(send(handlers, 'POST', sent))).toEqual([400, 'invalid_request']);
    sent.body = '{"name":"a"}';
    expect(await refusal(send(handlers, 'POST', sent))).toEqual([401, 'invalid_token']);
    expect(handled.mock.calls.length).toBe(0);
  });

  test('a request without a length, or with an empty one, is no larger than it is', async () => {
    const handlers = route({ POST: open(rules, handled) });
    for (const headers of [JSON_TYPE, { ...JSON_TYPE, 'content-length': '' }])
      expect((await send(handlers, 'POST', { headers, body: '{"name":"a"}' })).status).toBe(204);
  });

  test('a body may be left out where the route says so, and is checked where it is announced', async () => {
    const given: unknown[] = [];
    const optional = { body: z.object({ pwd: z.string().optional() }), bodyOptional: true };
    const handlers = route({
      POST: open(optional, async ({ body }) => {
        given.push(body);
        return noContent();
      }),
    });
    expect((await send(handlers, 'POST')).status).toBe(204);
    expect((await send(handlers, 'POST', { headers: { 'content-length': '0' } })).status).toBe(204);
    expect(given).toEqual([{}, {}]);
    const announcements: Record<string, string>[] = [{ 'content-length': '2' }, { 'transfer-encoding': 'chunked' }];
    for (const announced of announcements) {
      expect(await refusal(send(handlers, 'POST', { headers: announced, body: '{}' }))).toEqual([
        415,
        'unsupported_media_type',
      ]);
      const headers = { ...announced, ...JSON_TYPE };
      expect((await send(handlers, 'POST', { headers, body: '{"pwd":"x"}' })).status).toBe(204);
    }
    expect(given.slice(2)).toEqual([{ pwd: 'x' }, { pwd: 'x' }]);
  });

  test('a body may not be left out where the route does not say so', async () => {
    const handlers = route({ POST: open({ body: z.object({}) }, handled) });
    expect(await refusal(send(handlers, 'POST'))).toEqual([415, 'unsupported_media_type']);
    expect(await refusal(send(handlers, 'POST', { headers: JSON_TYPE }))).toEqual([400, 'invalid_request']);
    expect(handled.mock.calls.length).toBe(0);
  });

  test('a route takes JSON alone, or what it says', async () => {
    const form = { headers: { 'content-type': FORM['content-type'] }, body: 'name=anna' };
    const onlyJson = route({ POST: open(rules, handled) });
    expect(await refusal(send(onlyJson, 'POST', form))).toEqual([415, 'unsupported_media_type']);
    const both = route({ POST: open({ ...rules, bodyTypes: ['form', 'json'] }, handled) });
    expect((await send(both, 'POST', form)).status).toBe(204);
    expect(
      await refusal(send(both, 'POST', { ...form, headers: { 'content-type': 'application/csp-report' } })),
    ).toEqual([415, 'unsupported_media_type']);
  });
});

describe('a handler is given', () => {
  /** What the endpoint's handler gets. */
  async function given(make: (handle: (call: unknown) => Promise<Response>) => Endpoint, sent: Sent) {
    let call: unknown;
    const endpoint = make(async (got) => {
      call = got;
      return noContent();
    });
    const response = await send(route({ POST: endpoint }), 'POST', sent);
    expect(response.status).toBe(204);
    return call as Record<string, unknown>;
  }

  test('body, query and parts of the address, each as its rule makes it', async () => {
    const rules = {
      body: z.object({ name: z.string().toUpperCase() }),
      query: z.object({ limit: z.coerce.number() }),
      params: z.object({ number: z.string() }),
    };
    const sent = {
      headers: JSON_TYPE,
      body: '{"name":"a","more":1}',
      query: '?limit=2&x=y',
      params: { number: 'O-1' },
    };
    const { body, query, params, principal } = await given((handle) => open(rules, handle), sent);
    expect({ body, query, params, principal }).toEqual({
      body: { name: 'A' },
      query: { limit: 2 },
      params: { number: 'O-1' },
      principal: null,
    });
    const wrong = [
      { ...sent, query: '?limit=many' },
      { ...sent, params: {} },
    ];
    for (const one of wrong) {
      const handlers = route({ POST: open(rules, done) });
      expect(await refusal(send(handlers, 'POST', one))).toEqual([400, 'invalid_request']);
    }
  });

  test('nothing that its route has no rule for, whatever is sent', async () => {
    const sent = {
      headers: { 'content-type': 'text/plain' },
      body: 'text',
      query: '?limit=2',
      params: { number: '1' },
    };
    const { body, query, params, ...call } = await given((handle) => open({}, handle), sent);
    expect([body, query, params]).toEqual([undefined, undefined, undefined]);
    expect(call.db === db).toBe(true);
  });
});

describe('a route for signed-in users', () => {
  const userId = 7;
  const sessionId = randomId();
  let token: string;
  beforeAll(async () => {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 60_000);
    token = await signAccessToken({ userId, sessionId, tokenId: randomId(), expiresAt }, now);
  });

  type GuardedCall = Call<{ name: string }, undefined, undefined, Principal>;

  let calls: GuardedCall[] = [];
  beforeEach(() => {
    calls = [];
  });
  const { PUT } = route({
    PUT: guarded({ body: z.object({ name: z.string() }) }, async (call) => {
      calls.push(call);
      return new Response('done');
    }),
  });

  function put(headers: Record<string, string> = {}): Promise<Response> {
    const request = new Request('http://localhost:3000/api/thing', {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: '{"name":"a"}',
    });
    return PUT(request, { params: Promise.resolve({}) });
  }

  test('tells its handler who asks, what they sent, and the database’s time', async () => {
    const before = await databaseTime(db);
    const answer = await put({ 'user-agent': 'Test/1', dpop: 'proof' });
    expect(await answer.text()).toBe('done');
    expect(calls.length).toBe(1);
    const { principal, credential, body, proof, caller, now } = calls[0] as GuardedCall;
    expect(principal).toMatchObject({ userId, sessionId, via: 'authorization' });
    expect([credential, body, proof]).toEqual([{ via: 'authorization', token }, { name: 'a' }, 'proof']);
    expect(caller.userAgent).toBe('Test/1');
    expect(now.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(now.getTime()).toBeLessThanOrEqual((await databaseTime(db)).getTime());
  });

  test.each([
    ['no token', ''],
    ['a token of nobody', 'Bearer x'],
  ])('with %s the handler is not asked', async (_what, authorization) => {
    const answer = await put({ authorization });
    expect([answer.status, (await answer.json()).error]).toEqual([401, 'invalid_token']);
    expect(calls.length).toBe(0);
  });

  test('a page that was drawn for another user is not served for this one', async () => {
    for (const page of [String(userId + 1), '']) {
      const answer = await put({ 'tandem-user': page });
      expect([answer.status, (await answer.json()).error]).toEqual([409, 'user_changed']);
    }
    expect(calls.length).toBe(0);
    expect((await put({ 'tandem-user': String(userId) })).status).toBe(200);
  });

  test('log lines name the user from then on', async () => {
    const context: RequestContext = { requestId: 'r1', method: 'PUT', route: '/api/thing', address: '192.0.2.7' };
    await withRequestContext(context, () => put());
    expect(context.userId).toBe(userId);
  });
});

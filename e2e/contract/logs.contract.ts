import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeProof, newProofKey } from '../../lib/auth/binding/test-proof.ts';
import { CROSS_SITE, type Sent, send, Visitor } from '../support/http.ts';
import { KeyHolder } from '../support/key-holder.ts';
import { type Server, startServer } from '../support/server.ts';
import { AUTH_SECRETS, makeToken, SERVER_ENV } from '../support/tokens.ts';

const METRICS_TOKEN = 'b3a1f8c05d7e46928f1c0a9e7d5b3c14';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: { ...SERVER_ENV, METRICS_TOKEN } });
});
afterAll(() => server.stop());

interface Line {
  event: string;
  level: string;
  ts: string;
  request_id?: string;
  [field: string]: unknown;
}

/** Every line except those for the operator at the terminal and Next's own four. */
const lines = (): Line[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line && !/^(Tandem is at|Sign in as|▲ |- |✓ )| …$/.test(line))
    .map((line) => JSON.parse(line));
const linesWith = (requestId: unknown) => lines().filter((line) => line.request_id === requestId);

/** Lines arrive through a pipe, later than answers. When the line of a later request is here, all earlier lines are. */
async function linesOf(...requestIds: unknown[]): Promise<Line[]> {
  const { headers } = await send(server.url, '/api/order');
  await vi.waitFor(() => expect(linesWith(headers['x-request-id'])).toHaveLength(1), { timeout: 60_000 });
  return requestIds.flatMap(linesWith);
}

async function eventsOf(path: string, sent: Sent = {}, visitor = new Visitor(server.url)): Promise<string[]> {
  const { headers } = await visitor.send(path, sent);
  return (await linesOf(headers['x-request-id'])).map(({ event }) => event);
}
const loginWith = (json: unknown): Sent => ({ method: 'POST', json });
const signedIn = async () => {
  const visitor = new Visitor(server.url);
  await visitor.signIn();
  return visitor;
};

describe('each of these is one line, with the id that the answer has too', () => {
  test.each<[event: string, path: string, sent: Sent]>([
    ['authn_login_fail', '/api/login', loginWith({ name: 'admin', pwd: 'wrong' })],
    ['input_validation_fail', '/api/login', loginWith({ name: 7 })],
    [
      'input_validation_fail',
      '/api/login',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    ],
    ['input_validation_fail', '/api/login', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['authz_fail', '/api/order', {}],
    ['authz_fail', '/api/order', { headers: { authorization: 'Bearer nonsense' } }],
    ['malicious_csrf', '/api/login', { ...loginWith({ name: 'admin', pwd: '123456' }), headers: CROSS_SITE }],
    ['session_renewal_refused', '/api/refresh_token', { method: 'PUT' }],
    ['authz_fail', '/api/order', { headers: { ...CROSS_SITE, 'sec-fetch-mode': 'no-cors' } }],
    ['request_refused', '/api/nope', {}],
    ['request_refused', '/api/login', {}],
    ['authn_proof_fail', '/api/login', { ...loginWith({ name: 'admin', pwd: '123456' }), headers: { dpop: 'x' } }],
  ])('%s: %s %j', async (event, path, sent) => {
    expect(await eventsOf(path, sent)).toEqual([event]);
  });

  test('signing in, refreshing, signing out', async () => {
    const visitor = new Visitor(server.url);
    const login = loginWith({ name: 'admin', pwd: '123456' });
    expect(await eventsOf('/api/login', login, visitor)).toEqual(['session_created', 'authn_login_success']);
    expect(await eventsOf('/api/refresh_token', { method: 'PUT' }, visitor)).toEqual(['session_renewed']);
    expect(await eventsOf('/api/order', {}, visitor)).toEqual([]);
    expect(await eventsOf('/api/logout', { method: 'POST' }, visitor)).toEqual(['session_logout']);
  });

  test('a refresh token on a business request', async () => {
    const authorization = `Bearer ${await makeToken({ kind: 'refresh' })}`;
    expect(await eventsOf('/api/order', { headers: { authorization } })).toEqual(['authz_fail']);
  });

  test('an invalid order', async () => {
    const visitor = await signedIn();
    const json = { lines: [{ sku: 'LAMP-DESK', quantity: 0 }] };
    expect(
      await eventsOf('/api/order', { method: 'POST', json, headers: { 'idempotency-key': 'k' } }, visitor),
    ).toEqual(['input_validation_fail']);
  });

  test('a proof that was used, and a proof of another key', async () => {
    const holder = new KeyHolder(server.url, await newProofKey());
    await holder.login();
    const dpop = await holder.proof();
    const refresh = async (proof: string) => {
      const { headers } = await holder.refresh({ dpop: proof });
      return (await linesOf(headers['x-request-id'])).map(({ event, level }) => [event, level]);
    };
    expect(await refresh(dpop)).toEqual([['session_renewed', 'info']]);
    expect(await refresh(dpop)).toEqual([['authn_token_reuse', 'warn']]);
    expect(await refresh(await makeProof(await newProofKey(), holder.nonce))).toEqual([['authn_key_mismatch', 'warn']]);
  });

  test('a proof for another name of this host, with what was wrong about it', async () => {
    const holder = new KeyHolder(server.url, await newProofKey(), 'http://127.0.0.1:3000');
    await holder.login();
    const { headers } = await holder.login();
    expect(await linesOf(headers['x-request-id'])).toMatchObject([
      { event: 'authn_proof_fail', level: 'warn', reason: 'wrong_address' },
    ]);
  });

  test('a wrong password at a confirmation', async () => {
    const json = { current: 'wrong', new: 'violet lantern orchard' };
    expect(await eventsOf('/api/password', { method: 'PUT', json }, await signedIn())).toEqual(['authn_confirm_fail']);
  });

  test('changing the password and revoking a session', async () => {
    const [here, there] = [new Visitor(server.url), new Visitor(server.url)];
    for (const visitor of [here, there]) await visitor.signIn('guest', '654321');
    const { sessions } = (await there.send('/api/sessions')).json;
    const { id } = sessions.find(({ current }: { current: boolean }) => current);
    expect(await eventsOf(`/api/sessions/${id}`, { method: 'DELETE' }, here)).toEqual(['session_revoked']);
    const json = { current: '654321', new: 'violet lantern orchard' };
    expect(await eventsOf('/api/password', { method: 'PUT', json }, here)).toEqual(['authn_password_change']);
  });

  test('ten wrong passwords and one more', async () => {
    for (let n = 0; n < 10; n += 1) await send(server.url, '/api/login', loginWith({ name: 'guest', pwd: 'wrong' }));
    expect(await eventsOf('/api/login', loginWith({ name: 'guest', pwd: 'wrong' }))).toEqual([
      'excess_rate_limit_exceeded',
    ]);
  });
});

describe('for an invalid token the log has the reason, and the answer does not', () => {
  type Kind = 'access' | 'refresh';
  const EXPIRED = { exp: Math.floor(Date.now() / 1_000) - 1 };
  const WRONG: [reason: string, token: (kind: Kind) => string | Promise<string>][] = [
    ['malformed', () => 'nonsense'],
    ['expired', (kind) => makeToken({ kind, claims: EXPIRED })],
    ['bad_signature', (kind) => makeToken({ kind, wrongKey: true })],
    ['unknown_key', (kind) => makeToken({ kind, header: { kid: 'own-other' } })],
    ['wrong_issuer', (kind) => makeToken({ kind, claims: { iss: 'https://evil.test' } })],
    ['wrong_kind', (kind) => makeToken({ kind, header: { typ: 'at+jwt' } })],
  ];

  test.each<[Kind, path: string, method: string, code: string, event: string]>([
    ['access', '/api/order', 'GET', 'invalid_token', 'authz_fail'],
    ['refresh', '/api/refresh_token', 'PUT', 'invalid_grant', 'session_renewal_refused'],
  ])('an %s token at %s', async (kind, path, method, code, event) => {
    const told: unknown[] = [];
    const logged: unknown[] = [];
    for (const [, token] of WRONG) {
      const authorization = `Bearer ${await token(kind)}`;
      const { status, text, headers } = await send(server.url, path, { method, headers: { authorization } });
      const { date: _, 'x-request-id': requestId, 'dpop-nonce': __, ...others } = headers;
      told.push({ status, text, others });
      logged.push(...(await linesOf(requestId)).map((line) => [line.event, line.reason]));
    }
    expect(logged).toEqual(WRONG.map(([reason]) => [event, reason]));
    expect(told[0]).toMatchObject({ text: expect.stringContaining(code) });
    for (const answer of told) expect(answer).toEqual(told[0]);
  });
});

test('a line says when, where, what and who, and names a session by a label', async () => {
  const visitor = await signedIn();
  const refreshed = await visitor.send('/api/refresh_token', { method: 'PUT' });
  const [line] = await linesOf(refreshed.headers['x-request-id']);
  expect(line).toEqual({
    level: 'info',
    ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    event: 'session_renewed',
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    method: 'PUT',
    route: '/api/refresh_token',
    address: '127.0.0.1',
    user_id: 11,
    sid: expect.stringMatching(/^[\w-]{16}$/),
  });
});

test('an address is logged as its pattern, so that no id is in the log', async () => {
  const visitor = await signedIn();
  const id = 'AAAAAAAAAAAAAAAAAAAAAA';
  const { headers } = await visitor.send(`/api/sessions/${id}?x=${id}`, { method: 'DELETE', json: { pwd: 7 } });
  expect(await linesOf(headers['x-request-id'])).toMatchObject([{ route: '/api/sessions/{id}' }]);
  expect(server.output()).not.toContain(id);
});

test('no name can forge a line', async () => {
  const name = 'x\r\n{"event":"fake"}';
  expect(await eventsOf('/api/login', loginWith({ name, pwd: 'wrong' }))).toEqual(['authn_login_fail']);
  expect(lines().map(({ event }) => event)).not.toContain('fake');
});

describe('violations of the content security policy', () => {
  const report = (body: unknown, type: string) =>
    send(server.url, '/api/csp-report', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': type },
    });
  const old = {
    'csp-report': {
      'document-uri': 'http://localhost:3000/order?q=secret-search',
      'blocked-uri': 'https://evil.test/x.js?token=eyJhbGciOi',
      'violated-directive': 'script-src',
    },
  };
  const body = {
    documentURL: 'http://localhost:3000/login',
    blockedURL: 'inline',
    effectiveDirective: 'script-src-elem',
  };

  test('are logged once each, without what follows a path', async () => {
    const answers = [
      await report(old, 'application/csp-report'),
      await report(
        [
          { type: 'csp-violation', body },
          { type: 'deprecation', body },
        ],
        'application/reports+json',
      ),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const logged = await linesOf(...answers.map(({ headers }) => headers['x-request-id']));
    expect(logged).toMatchObject([
      {
        event: 'malicious_csp_violation',
        directive: 'script-src',
        blocked: 'https://evil.test/x.js',
        page: 'http://localhost:3000/order',
      },
      {
        event: 'malicious_csp_violation',
        directive: 'script-src-elem',
        blocked: 'inline',
        page: 'http://localhost:3000/login',
      },
    ]);
  });

  test('are refused if they are malformed, too large or too many', async () => {
    expect((await report('x'.repeat(1_000_000), 'application/csp-report')).status).toBe(413);
    expect((await report({ any: 'thing' }, 'application/csp-report')).status).toBe(400);
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) statuses.push((await report(old, 'application/csp-report')).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('metrics', () => {
  const metrics = (authorization?: string) =>
    send(server.url, '/api/metrics', { headers: authorization ? { authorization } : {} });

  test('require the token', async () => {
    expect((await metrics()).status).toBe(401);
    expect((await metrics(`Bearer ${METRICS_TOKEN.slice(0, -1)}x`)).status).toBe(401);
    expect((await metrics(`Bearer ${METRICS_TOKEN}`)).headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('count sign-ins and refreshes by result, time requests by route, and count the revoked sessions', async () => {
    const visitor = await signedIn();
    await visitor.send('/api/refresh_token', { method: 'PUT' });
    await visitor.send('/api/order');
    await visitor.send('/api/logout', { method: 'POST' });
    const { text } = await metrics(`Bearer ${METRICS_TOKEN}`);
    for (const line of [
      /^tandem_logins_total\{result="success"\} [1-9]/m,
      /^tandem_logins_total\{result="invalid_credentials"\} [1-9]/m,
      /^tandem_refreshes_total\{result="success"\} [1-9]/m,
      /^tandem_refreshes_total\{result="invalid_grant"\} [1-9]/m,
      /^tandem_request_duration_seconds_count\{method="GET",route="\/api\/order",status="200"\} [1-9]/m,
      /^tandem_deny_set_size [1-9]/m,
      /^tandem_deny_set_age_seconds \d/m,
    ]) {
      expect(text).toMatch(line);
    }
  });

  test('are 404 without the variable', async () => {
    const plain = await startServer();
    const answer = await send(plain.url, '/api/metrics', { headers: { authorization: 'Bearer ' } });
    await plain.stop();
    expect([answer.status, answer.json.error]).toEqual([404, 'not_found']);
  });
});

test('no token, password, cookie, proof or secret of this whole run is in the server’s output', async () => {
  const { json } = await send(
    server.url,
    '/api/login',
    loginWith({ name: 'admin', pwd: '123456', transport: 'bearer' }),
  );
  const visitor = await signedIn();
  const cookies = ['access_token', 'refresh_token'].map((name) => visitor.jar.get(name) ?? '');
  const misplaced = [
    `/api/order?access_token=${json.token}`,
    `/api/order/${json.token}`,
    `/${json.refresh_token}`,
    `/order/${json.token}?x=${cookies[1]}`,
    `/api/refresh_token?returnTo=/${json.token}`,
  ];
  for (const path of misplaced) await visitor.send(path);
  await send(server.url, '/api/login', loginWith({ name: json.token, pwd: json.refresh_token }));
  await send(server.url, '/api/login', loginWith({ name: 'pass word typed as name', pwd: [json.token] }));
  for (const token of [json.token, json.refresh_token, ...cookies]) {
    const headers = { authorization: `Bearer ${token}`, dpop: token };
    await send(server.url, '/api/refresh_token', { method: 'PUT', headers });
    await send(server.url, '/api/order', { headers });
  }
  await linesOf();
  const sid = JSON.parse(Buffer.from(json.token.split('.')[1], 'base64url').toString()).sid;
  const secrets = [...cookies, json.token, json.refresh_token, sid, AUTH_SECRETS.slice(5), METRICS_TOKEN];
  const leaked = [...secrets, 'pass word typed', 'eyJ', 'Fe26'].filter((secret) => server.output().includes(secret));
  expect(leaked).toEqual([]);
  // The start message contains the demo user's public password.
  expect(server.output().replace('Sign in as admin / 123456', '')).not.toContain('123456');
  expect(lines().length).toBeGreaterThan(20);
});

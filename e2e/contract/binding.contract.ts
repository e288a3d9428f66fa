import { readFileSync } from 'node:fs';
import * as jose from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProof, newProofKey, type ProofKey } from '../../lib/auth/binding/test-proof.ts';
import { type Answer, NATIVE_FORM, NAVIGATION, type Sent, send, Visitor } from '../support/http.ts';
import { KeyHolder, loginClaims } from '../support/key-holder.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN, SERVER_ENV } from '../support/tokens.ts';

const GOOD = { name: 'admin', pwd: '123456' };

let server: Server;
let key: ProofKey;
beforeAll(async () => {
  server = await startServer({ env: SERVER_ENV });
  key = await newProofKey();
});
afterAll(() => server.stop());

async function bound(url = server.url): Promise<KeyHolder> {
  const holder = new KeyHolder(url, key);
  expect((await holder.login()).status).toBe(200);
  return holder;
}

const brief = ({ status, json }: Answer) => [status, json?.error, json?.message];

describe('signing in with a proof', () => {
  test('asks for a nonce before it checks the password, and then binds the session', async () => {
    const holder = new KeyHolder(server.url, key);
    const dpop = await makeProof(key, undefined, { claims: loginClaims(APP_ORIGIN) });
    const first = await holder.send('/api/login', { method: 'POST', json: GOOD, headers: { dpop } });
    expect(brief(first)).toEqual([400, 'use_dpop_nonce', 'Key proof required.']);
    expect([first.setCookies, first.headers['cache-control']]).toEqual([[], 'no-store']);
    expect(first.headers['dpop-nonce']).toMatch(/^[0-9a-z]+\.[A-Za-z0-9_-]{22}$/);
    const second = await holder.login();
    expect(second.json).toEqual({
      user: { id: 11, name: 'admin' },
      expires_in: 7_200,
      refresh_expires_in: 1_209_600,
    });
    // A browser binds sessions by DBSC over https only.
    expect(second.headers['secure-session-registration']).toBeUndefined();
    const { sessions } = (await holder.send('/api/sessions')).json;
    expect(sessions.find(({ current }: { current: boolean }) => current).binding).toBe('dpop');
  });

  test('that is wrong starts no session, and is no failed sign-in however often', async () => {
    const holder = new KeyHolder(server.url, key);
    await holder.send('/api/login', { method: 'POST', json: {} });
    for (let n = 0; n < 12; n += 1) {
      const answer = await holder.login({ name: 'guest', pwd: 'wrong' }, { htu: `${APP_ORIGIN}/api/logout` });
      expect([...brief(answer), answer.setCookies]).toEqual([400, 'invalid_dpop_proof', 'Invalid key proof.', []]);
    }
    expect((await holder.login({ name: 'guest', pwd: '654321' })).status).toBe(200);
  });

  test('comes after the form of the body and before the password', async () => {
    const holder = new KeyHolder(server.url, key);
    const headers = { dpop: 'nonsense' };
    const malformed = await holder.send('/api/login', { method: 'POST', json: { name: 1 }, headers });
    expect(malformed.json.error).toBe('invalid_request');
    const wrong = await holder.send('/api/login', { method: 'POST', json: { ...GOOD, pwd: 'x' }, headers });
    expect(wrong.json.error).toBe('invalid_dpop_proof');
  });
});

describe('refreshing a bound session', () => {
  test('accepts the key of its sign-in, sets only the access token and the hint, and changes no refresh token', async () => {
    const holder = await bound();
    const before = holder.jar.get('refresh_token');
    for (let n = 0; n < 3; n += 1) {
      const answer = await holder.refresh();
      expect([answer.status, answer.json]).toEqual([
        201,
        { expires_in: 7_200, refresh_expires_in: expect.any(Number) },
      ]);
      expect(answer.headers['dpop-nonce']).toBeTruthy();
    }
    expect(holder.jar.get('refresh_token')).toBe(before);
    expect((await holder.send('/api/order')).status).toBe(200);
  });

  test('without a proof is 400, keeps every cookie and names the nonce to use', async () => {
    const holder = await bound();
    const answer = await holder.send('/api/refresh_token', { method: 'PUT' });
    expect(brief(answer)).toEqual([400, 'use_dpop_nonce', 'Key proof required.']);
    expect([answer.setCookies, answer.headers['cache-control']]).toEqual([[], 'no-store']);
    expect((await holder.refresh()).status).toBe(201);
  });

  test('with two proofs is refused, equal or not', async () => {
    const holder = await bound();
    const proof = await holder.proof();
    for (const other of [proof, await holder.proof()]) {
      const answer = await holder.refresh({ dpop: [proof, other] });
      expect(brief(answer)).toEqual([400, 'invalid_dpop_proof', 'Invalid key proof.']);
    }
  });

  test('with a proof that was used is refused, and of six copies at once one succeeds', async () => {
    const holder = await bound();
    const dpop = await holder.proof();
    const answers = await Promise.all(Array.from({ length: 6 }, () => holder.refresh({ dpop })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400]);
    expect(brief(await holder.refresh({ dpop }))).toEqual([400, 'invalid_dpop_proof', 'Key proof already used.']);
    expect((await holder.refresh()).status).toBe(201);
  });

  test('by another key is 403 Wrong Token and says that the key is not the session’s', async () => {
    const holder = await bound();
    const dpop = await makeProof(await newProofKey(), holder.nonce);
    const answer = await holder.refresh({ dpop });
    expect(brief(answer)).toEqual([403, 'invalid_grant', 'Wrong Token']);
    expect(answer.headers['www-authenticate']).toContain('Invalid DPoP key binding');
  });

  test('by a plain page navigation refreshes nothing', async () => {
    const holder = await bound();
    const answer = await holder.send('/api/refresh_token?returnTo=/order', { headers: NAVIGATION });
    expect(answer.setCookies.join()).not.toMatch(/access_token=e/);
  });

  test('a return address cannot end the script of the page that refreshes', async () => {
    const holder = await bound();
    const returnTo = encodeURIComponent(`/order?x=</script><script>alert(1)</script>'"&\u2028#</script>`);
    const answer = await holder.send(`/api/refresh_token?returnTo=${returnTo}`, { headers: NAVIGATION });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text.match(/<script\b/g)).toHaveLength(1);
    expect(answer.text.match(/<\/script/g)).toHaveLength(1);
    expect(answer.text).not.toContain('\u2028');
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy'])) ?? [];
    expect(answer.text).toContain(`<script nonce="${nonce}">`);
  });

  test('is for the public address, whatever X-Forwarded-Host says', async () => {
    const holder = await bound();
    const forged = { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' };
    expect((await holder.refresh(forged)).status).toBe(201);
    const dpop = await holder.proof({ htu: 'https://evil.test/api/refresh_token' });
    expect(brief(await holder.refresh({ ...forged, dpop }))).toEqual([400, 'invalid_dpop_proof', 'Invalid key proof.']);
  });
});

describe('a bound refresh token outside its browser', () => {
  async function boundTokens() {
    const holder = new KeyHolder(server.url, key);
    const { json } = await holder.login({ ...GOOD, transport: 'bearer' });
    const { token, refresh_token } = json;
    return { holder, token, authorization: `Bearer ${refresh_token}` };
  }

  test('is not a bearer token: a program that signed in with a proof refreshes only with a proof', async () => {
    const { holder, authorization } = await boundTokens();
    const bare = await send(server.url, '/api/refresh_token', { method: 'PUT', headers: { authorization } });
    expect(brief(bare)).toEqual([400, 'use_dpop_nonce', 'Key proof required.']);
    const answer = await holder.refresh({ authorization });
    expect([answer.status, Object.keys(answer.json), answer.setCookies]).toEqual([
      201,
      ['token', 'token_type', 'expires_in'],
      [],
    ]);
  });

  test('as a cookie or a seal in the wrong place is no token at all', async () => {
    const holder = await bound();
    const seal = holder.jar.get('refresh_token');
    expect((await holder.refresh({ authorization: `Bearer ${seal}` })).status).toBe(403);
    expect((await holder.refresh({ authorization: 'Bearer junk' })).status).toBe(403);
    expect((await holder.refresh()).status).toBe(201);
  });
});

test('a nonce comes with every answer of sign-in and refresh, and with the 401 that sends a client there', async () => {
  const asked: [string, Sent][] = [
    ['/api/login', { method: 'POST', json: GOOD }],
    ['/api/login', { method: 'POST', json: { ...GOOD, pwd: 'x' } }],
    ['/api/login', { method: 'DELETE' }],
    ['/api/refresh_token', { method: 'PUT' }],
    ['/api/order', {}],
    ['/api/order', { headers: { authorization: 'Bearer x' } }],
  ];
  for (const [path, sent] of asked) {
    const answer = await send(server.url, path, sent);
    expect([path, answer.headers['dpop-nonce']]).toEqual([path, expect.stringMatching(/^[0-9a-z]+\.[\w-]{22}$/)]);
  }
});

test('after a restart the previous nonce is still valid', async () => {
  const own = await startServer({ env: SERVER_ENV });
  try {
    const holder = await bound(own.url);
    await own.restart();
    expect((await holder.refresh()).status).toBe(201);
  } finally {
    await own.stop();
  }
});

describe('BINDING_POLICY=limit', () => {
  let limited: Server;
  beforeAll(async () => {
    limited = await startServer({ env: { ...SERVER_ENV, BINDING_POLICY: 'limit' } });
  });
  afterAll(() => limited.stop());

  test('gives a browser without a key two hours and no refresh token', async () => {
    const visitor = new Visitor(limited.url);
    const answer = await visitor.signIn();
    expect(answer.json).toMatchObject({ expires_in: 7_200, refresh_expires_in: 0 });
    expect(visitor.jar.names).toEqual(['access_token', 'login_hint', 'session_hint']);
    expect((await visitor.send('/api/order')).status).toBe(200);
    const { sessions } = (await visitor.send('/api/sessions')).json;
    expect(Date.parse(sessions[0].expires_at) - Date.parse(sessions[0].created_at)).toBe(7_200_000);
  });

  test('gives a browser with a key, and a program without one, full sessions', async () => {
    const holder = await bound(limited.url);
    expect((await holder.refresh()).status).toBe(201);
    const json = { ...GOOD, transport: 'bearer' };
    const { refresh_token } = (await send(limited.url, '/api/login', { method: 'POST', json })).json;
    const headers = { authorization: `Bearer ${refresh_token}` };
    expect((await send(limited.url, '/api/refresh_token', { method: 'PUT', headers })).status).toBe(201);
  });
});

test('BINDING_POLICY=require signs no browser in without a key, and says so', async () => {
  const strict = await startServer({ env: { ...SERVER_ENV, BINDING_POLICY: 'require' } });
  try {
    const answer = await new Visitor(strict.url).signIn();
    expect([...brief(answer), answer.setCookies]).toEqual([
      400,
      'invalid_dpop_proof',
      'Signing in here needs a key proof.',
      [],
    ]);
    const form = await send(strict.url, '/api/login', { method: 'POST', form: GOOD, headers: NATIVE_FORM });
    expect([form.status, form.headers.location]).toEqual([303, '/login?notice=invalid_dpop_proof']);
    expect((await (await bound(strict.url)).refresh()).status).toBe(201);
  } finally {
    await strict.stop();
  }
});

test('the program in the documentation signs in and refreshes', async () => {
  const page = readFileSync(new URL('../../docs/binding.md', import.meta.url), 'utf8');
  const [, example = ''] = /```js\nimport [^\n]+\n(.*?)```/s.exec(page) ?? [];
  // The example signs for the address it calls.
  const own = await startServer();
  try {
    const names = ['jose', 'base', 'name', 'pwd'];
    const given = 'const { exportJWK, generateKeyPair, SignJWT } = jose;';
    const run = new Function(
      ...names,
      `return (async () => { ${given} ${example}; return { token, refresh_token }; })()`,
    );
    const { token, refresh_token } = await run(jose, own.url, GOOD.name, GOOD.pwd);
    expect((await send(own.url, '/api/order', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    const headers = { authorization: `Bearer ${refresh_token}` };
    const bare = await send(own.url, '/api/refresh_token', { method: 'PUT', headers });
    expect(bare.json.error).toBe('use_dpop_nonce');
  } finally {
    await own.stop();
  }
});

/** Two instances on one database. */
const onPostgres = test.skipIf(!process.env.TEST_DATABASE_URL);

onPostgres('the nonce and the marks of one instance count at every other', async () => {
  const second = await startServer({ env: SERVER_ENV, database: new URL(server.databaseUrl ?? '') });
  try {
    const holder = await bound();
    const dpop = await holder.proof();
    const headers = { dpop, cookie: holder.jar.header('/api/refresh_token') };
    expect((await send(second.url, '/api/refresh_token', { method: 'PUT', headers })).status).toBe(201);
    expect(brief(await holder.refresh({ dpop }))[2]).toBe('Key proof already used.');
  } finally {
    await second.stop();
  }
});

onPostgres('a session without a key cannot refresh in a browser once the policy is stricter', async () => {
  const env = { ...SERVER_ENV, BINDING_POLICY: 'limit' };
  const stricter = await startServer({ env, database: new URL(server.databaseUrl ?? '') });
  try {
    const visitor = new Visitor(server.url);
    await visitor.signIn();
    const headers = { cookie: visitor.jar.header('/api/refresh_token') };
    expect((await visitor.send('/api/refresh_token', { method: 'PUT' })).status).toBe(201);
    const refused = await send(stricter.url, '/api/refresh_token', { method: 'PUT', headers });
    expect(brief(refused)).toEqual([403, 'invalid_grant', 'Wrong Token']);
  } finally {
    await stricter.stop();
  }
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProof, newProofKey, type ProofKey } from '../../lib/auth/binding/test-proof.ts';
import { type Answer, type Jar, NAVIGATION, send } from '../support/http.ts';
import { Device, loginClaims, type Signing } from '../support/key-holder.ts';
import { type Server, startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';

const ORIGIN = 'https://orders.test';
const START = '/api/refresh_token/dbsc/start';
const REFRESH = '/api/refresh_token/dbsc';
const ACCESS = '__Host-access_token';

let server: Server;
let key: ProofKey;
beforeAll(async () => {
  server = await startServer({ env: { ...SERVER_ENV, APP_ORIGIN: ORIGIN } });
  key = await newProofKey();
});
afterAll(() => server.stop());

async function bound(): Promise<Device> {
  const device = new Device(server.url, key, ORIGIN);
  await device.signInAndTakeOffer();
  expect((await device.start()).status).toBe(200);
  return device;
}

/** Refreshed once by the browser; from then on nothing else can refresh. */
async function refreshedDevice(): Promise<Device> {
  const device = await bound();
  expect((await device.refreshByBrowser(await device.sign(device.challenge))).status).toBe(200);
  return device;
}

const accessLifetime = ({ setCookies }: Answer) =>
  /Max-Age=(\d+)/.exec(setCookies.find((line) => line.startsWith(`${ACCESS}=e`)) ?? '')?.[1];

describe('a sign-in over https', () => {
  test('offers the browser to bind the session', async () => {
    const answer = await new Device(server.url, key, ORIGIN).signInAndTakeOffer();
    expect(answer.headers['secure-session-registration']).toMatch(
      /^\(ES256\);path="\/api\/refresh_token\/dbsc\/start";challenge="[0-9a-z]+\.[\w-]{22}"$/,
    );
  });

  test('offers nothing to a program', async () => {
    const json = { name: 'admin', pwd: '123456', transport: 'bearer' };
    const program = await send(server.url, '/api/login', { method: 'POST', json });
    expect([program.status, program.headers['secure-session-registration']]).toEqual([200, undefined]);
  });
});

describe('binding the session', () => {
  test('answers the session instructions, the first challenge, and an access token of ten minutes', async () => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    const before = device.jar.get('__Secure-refresh_token');
    const answer = await device.start();
    expect(answer.json).toMatchObject({
      session_identifier: device.id,
      refresh_url: REFRESH,
      scope: { include_site: false },
      credentials: [{ type: 'cookie', name: ACCESS, attributes: 'Path=/; HttpOnly; SameSite=Lax; Secure' }],
    });
    expect(accessLifetime(answer)).toBe('600');
    expect(device.jar.get('__Secure-refresh_token')).toBe(before);
    const { sessions } = (await device.send('/api/sessions')).json;
    expect(sessions.find(({ current }: { current: boolean }) => current).binding).toBe('dbsc');
  });

  test('works once', async () => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    const first = device.challenge;
    await device.start();
    device.challenge = first;
    expect((await device.start()).status).toBe(403);
  });

  test('requires the challenge of this sign-in', async () => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    const other = new Device(server.url, key, ORIGIN);
    await other.signInAndTakeOffer();
    device.challenge = other.challenge;
    expect((await device.start()).json.error).toBe('invalid_dpop_proof');
  });

  test.each<[string, Signing]>([
    ['of the other kind', { header: { typ: 'dpop+jwt' } }],
    ['without a key', { header: { jwk: undefined } }],
    ['for another address', { claims: { aud: `${ORIGIN}${REFRESH}` } }],
  ])('takes no proof %s', async (_, changes) => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    expect((await device.start(changes)).json.error).toBe('invalid_dpop_proof');
  });

  test('takes no proof signed by another key than it shows', async () => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    expect((await device.start({ by: await newProofKey() })).json.error).toBe('invalid_dpop_proof');
  });

  test('needs the refresh cookie', async () => {
    const device = new Device(server.url, key, ORIGIN);
    await device.signInAndTakeOffer();
    const headers = { 'secure-session-response': await device.sign(device.challenge, { header: { jwk: key.jwk } }) };
    expect((await send(server.url, START, { method: 'POST', headers })).status).toBe(403);
  });
});

describe('refreshing by the browser', () => {
  test('takes one request with the challenge that was sent in advance, quoted or not', async () => {
    const device = await bound();
    for (const quote of ['', '"']) {
      const answer = await device.refreshByBrowser(`${quote}${await device.sign(device.challenge)}${quote}`);
      expect([answer.status, accessLifetime(answer)]).toEqual([200, '600']);
    }
    expect((await device.send('/api/order')).status).toBe(200);
  });

  test('needs no cookie at all', async () => {
    const device = await bound();
    const headers = {
      'sec-secure-session-id': `"${device.id}"`,
      'secure-session-response': await device.sign(device.challenge),
    };
    expect((await send(server.url, REFRESH, { method: 'POST', headers })).status).toBe(200);
  });

  test('asks for a signature with 403, which does not revoke the session', async () => {
    const device = await bound();
    const asked = await device.refreshByBrowser();
    expect([asked.status, asked.setCookies]).toEqual([403, []]);
    expect((await device.refreshByBrowser(await device.sign(device.challenge))).status).toBe(200);
  });

  test('takes each challenge once, and the last two', async () => {
    const device = await bound();
    const first = device.challenge;
    await device.refreshByBrowser();
    expect((await device.refreshByBrowser(await device.sign(first))).status).toBe(200);
    expect((await device.refreshByBrowser(await device.sign(first))).status).toBe(403);
    const old = device.challenge;
    await device.refreshByBrowser();
    await device.refreshByBrowser();
    expect((await device.refreshByBrowser(await device.sign(old))).status).toBe(403);
  });

  test('of six copies of a refresh at once, one succeeds', async () => {
    const device = await bound();
    const proof = await device.sign(device.challenge);
    const answers = await Promise.all(Array.from({ length: 6 }, () => device.refreshByBrowser(proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403, 403]);
  });

  test('takes no signature by another key, nor a proof that a page can make', async () => {
    const device = await bound();
    const other = await newProofKey();
    expect((await device.refreshByBrowser(await device.sign(device.challenge, { by: other }))).status).toBe(403);
    expect(
      (await device.refreshByBrowser(await device.sign(device.challenge, { header: { typ: 'dpop+jwt' } }))).status,
    ).toBe(403);
  });

  test('is 401 once the session has ended, and for an unknown session', async () => {
    const device = await bound();
    await device.send('/api/logout', { method: 'POST' });
    expect((await device.refreshByBrowser(await device.sign(device.challenge))).status).toBe(401);
    const stranger = new Device(server.url, key, ORIGIN);
    stranger.id = 'nobody';
    expect((await stranger.refreshByBrowser()).status).toBe(401);
  });
});

describe('the strongest key wins', () => {
  const put = (headers: Record<string, string>) => send(server.url, '/api/refresh_token', { method: 'PUT', headers });
  const withoutAccess = (jar: Jar) =>
    jar
      .header('/api/refresh_token')
      .split('; ')
      .filter((pair) => !pair.startsWith(ACCESS))
      .join('; ');

  test('the page’s key refreshes until the browser’s key has, and never after', async () => {
    const claims = { htu: `${ORIGIN}/api/refresh_token` };
    const device = new Device(server.url, key, ORIGIN);
    const { headers } = await send(server.url, '/api/refresh_token', { method: 'PUT' });
    const nonce = String(headers['dpop-nonce']);
    await device.signInAndTakeOffer({ dpop: await makeProof(key, nonce, { claims: loginClaims(ORIGIN) }) });
    const proof = async () => ({
      cookie: withoutAccess(device.jar),
      dpop: await makeProof(key, nonce, { claims }),
    });
    await device.start();
    expect((await put(await proof())).status).toBe(201);
    await device.refreshByBrowser(await device.sign(device.challenge));
    const refused = await put(await proof());
    expect([refused.status, refused.json.message, refused.setCookies]).toEqual([403, 'Wrong Token', []]);
  });

  test('a refresh that the browser skipped neither revokes nor refreshes the session', async () => {
    const device = await refreshedDevice();
    const skipped = { 'secure-session-skipped': `unreachable;session_identifier="${device.id}"` };
    const answer = await put({ cookie: withoutAccess(device.jar), ...skipped });
    expect([answer.status, answer.setCookies, answer.headers['retry-after']]).toEqual([503, [], '2']);
    const page = await send(server.url, '/api/refresh_token?returnTo=/order', {
      headers: { ...NAVIGATION, cookie: withoutAccess(device.jar), ...skipped },
    });
    expect([page.status, page.setCookies]).toEqual([503, []]);
  });

  test('a request with a valid access token learns its remaining lifetime, and gets no new token', async () => {
    const device = await refreshedDevice();
    const answer = await put({ cookie: device.jar.header('/api/refresh_token') });
    expect([answer.status, answer.setCookies]).toEqual([201, []]);
    expect(answer.json.expires_in).toBeGreaterThan(590);
    expect(answer.json.expires_in).toBeLessThanOrEqual(600);
  });

  test('a page opened with copied cookies leads to sign-in', async () => {
    const device = await refreshedDevice();
    const answer = await send(server.url, '/api/refresh_token?returnTo=/account', {
      headers: { ...NAVIGATION, cookie: withoutAccess(device.jar) },
    });
    expect([answer.status, answer.headers.location]).toEqual([303, '/login?notice=key&returnTo=%2Faccount']);
  });
});

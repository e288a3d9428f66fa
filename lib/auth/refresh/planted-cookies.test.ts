import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { login } from '../passwords/login.ts';
import { authenticate, findPrincipal } from '../request/authenticate.ts';
import { believedRefreshClaims } from '../request/believed-claims.ts';
import { readCookies, tokenCookies } from '../request/cookies.ts';
import { hasForeignTokens } from '../request/refresh-claims.ts';
import { readSender } from '../request/sender.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { signOut } from '../sessions/sign-out.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';
import { loadTestKeys, NEW_SECRET, OLD_SECRET } from '../tokens/test-keys.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

let app: TestApp;
let users_ = 0;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function signedIn(existing?: { name: string; userId: number }) {
  users_ += 1;
  const name = existing?.name ?? `user ${users_}`;
  const userId = existing?.userId ?? (await addUser(app.db, name));
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  const [access = '', hint = '', refreshCookie = ''] = (
    await tokenCookies(userId, await issueTokens(session, NOW), NOW)
  ).map((line) => line.split(';')[0] ?? '');
  return { name, userId, session, access, hint, refresh: refreshCookie };
}

const withCookies = (...cookies: string[]) => new Headers({ cookie: cookies.join('; ') });
const refreshed = (...cookies: string[]) =>
  refreshBy(app.db, withCookies(...cookies), NOW).then(
    ({ session }) => session.id,
    ({ code }) => code,
  );
const asking = async (...cookies: string[]) =>
  (await findPrincipal(readSender(withCookies(...cookies)).credential, NOW))?.sessionId ?? null;

describe('a planted refresh cookie', () => {
  test('in front of the real one changes nothing, nor behind it', async () => {
    const [me, attacker] = [await signedIn(), await signedIn()];
    expect(await refreshed(attacker.refresh, me.refresh, me.hint)).toBe(me.session.id);
    expect(await refreshed(me.refresh, attacker.refresh, me.hint)).toBe(me.session.id);
  });

  test('of another user than the hint’s signs nobody in', async () => {
    const [me, attacker] = [await signedIn(), await signedIn()];
    expect(await refreshed(attacker.refresh, me.hint)).toBe('invalid_grant');
    await signOut(app.db, { userId: me.userId, sessionId: me.session.id }, CALLER);
    expect(await refreshed(attacker.refresh, me.refresh, me.hint)).toBe('invalid_grant');
  });

  test('without a hint signs nobody in when two came, and a hint planted beside it is none', async () => {
    const [me, attacker] = [await signedIn(), await signedIn()];
    expect(await refreshed(attacker.refresh, me.refresh)).toBe('invalid_grant');
    expect(await refreshed(attacker.refresh, me.refresh, attacker.hint, me.hint)).toBe('invalid_grant');
    expect(await refreshed(me.refresh, me.refresh)).toBe(me.session.id);
    expect(await refreshed(me.refresh)).toBe(me.session.id);
  });

  test('is not what a sign-in has left under a late answer for the session before it', async () => {
    const [before, me] = [await signedIn(), await signedIn()];
    expect(await refreshed(me.refresh, before.access, before.hint)).toBe('invalid_grant');
    await signOut(app.db, { userId: before.userId, sessionId: before.session.id }, CALLER);
    expect(await refreshed(me.refresh, before.access, before.hint)).toBe(me.session.id);
    const attacker = await signedIn();
    expect(await refreshed(attacker.refresh, me.refresh, before.access, before.hint)).toBe('invalid_grant');
  });

  test('that is junk is passed over', async () => {
    const me = await signedIn();
    for (const junk of ['refresh_token=x', 'refresh_token=Fe26.2*1*a*b*c**d*e', 'refresh_token="', 'refresh_token=%00'])
      expect(await refreshed(junk, me.refresh), junk).toBe(me.session.id);
  });

  test('a session of the same user that is over does not hide the one that lives', async () => {
    const old = await signedIn();
    const me = await signedIn(old);
    await signOut(app.db, { userId: old.userId, sessionId: old.session.id }, CALLER);
    expect(await refreshed(old.refresh, me.refresh, me.hint)).toBe(me.session.id);
  });
});

describe('a planted access cookie', () => {
  test('of another user than the hint’s is nobody’s, wherever it stands', async () => {
    const [me, attacker] = [await signedIn(), await signedIn()];
    expect(await asking(attacker.access, me.access, me.hint)).toBe(me.session.id);
    expect(await asking(me.access, attacker.access, me.hint)).toBe(me.session.id);
    expect(await asking(attacker.access, me.hint)).toBeNull();
  });

  test('without a hint cancels another out, and junk is passed over', async () => {
    const [me, attacker] = [await signedIn(), await signedIn()];
    expect(await asking(attacker.access, me.access)).toBeNull();
    expect(await asking('access_token=junk', me.access)).toBe(me.session.id);
    expect(await asking(me.access)).toBe(me.session.id);
  });

  test('of a revoked session does not hide the one that lives', async () => {
    const old = await signedIn();
    const me = await signedIn(old);
    await signOut(app.db, { userId: old.userId, sessionId: old.session.id }, CALLER);
    expect(await asking(old.access, me.access, me.hint)).toBe(me.session.id);
  });
});

test('in a browser on https a refresh cookie without the hint beside it is believed by nobody', async () => {
  const { session } = await signedIn();
  const claims = [{ sid: session.id, user_id: session.userId }];
  const program = { via: 'cookie', accessTokens: [], refreshSeals: [], hintedUser: null, isBrowser: false } as const;
  const browser = { ...program, isBrowser: true };
  const hinted = { ...browser, hintedUser: session.userId };
  const believed = (credential: typeof browser | typeof hinted | typeof program, https: boolean) =>
    believedRefreshClaims(claims, credential, NOW, { https });
  expect(await believed(browser, true)).toEqual([]);
  expect(await believed(hinted, true)).toEqual(claims);
  expect(await believed(browser, false)).toEqual(claims);
  expect(await believed(program, true)).toEqual(claims);
});

describe('Authorization', () => {
  test.each(['Basic YTpi', 'Digest username="a"', 'Negotiate abc', 'Token x', 'x', ''])(
    'of another scheme (%j) leaves the cookie alone',
    async (authorization) => {
      const me = await signedIn();
      const headers = new Headers({ cookie: `${me.access}; ${me.refresh}; ${me.hint}`, authorization });
      expect((await authenticate(readSender(headers).credential, NOW)).sessionId).toBe(me.session.id);
      expect((await refreshBy(app.db, headers, NOW)).session.id).toBe(me.session.id);
    },
  );

  test.each(['Bearer junk', 'Bearer', 'bearer ', 'DPoP x', 'Bearer\tjunk', 'Bearer a b'])(
    'of a known scheme (%j) counts, and the cookie does not',
    async (authorization) => {
      const me = await signedIn();
      const headers = new Headers({ cookie: `${me.access}; ${me.refresh}; ${me.hint}`, authorization });
      await expect(authenticate(readSender(headers).credential, NOW)).rejects.toMatchObject({ code: 'invalid_token' });
      await expect(refreshBy(app.db, headers, NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
    },
  );
});

test('tokens of another instance are told from forged ones', async () => {
  await loadTestKeys(OLD_SECRET);
  const neighbour = await signedIn();
  await loadTestKeys(NEW_SECRET);
  const me = await signedIn();
  const tampered = (cookie: string) => `${cookie.slice(0, -9)}${cookie.at(-9) === 'A' ? 'B' : 'A'}${cookie.slice(-8)}`;
  for (const foreign of [neighbour.refresh, neighbour.access, `${me.refresh}; ${neighbour.refresh}`])
    expect(hasForeignTokens(readCookies(withCookies(foreign))), foreign.slice(0, 20)).toBe(true);
  for (const own of [me.refresh, me.access, tampered(me.refresh), tampered(me.access), 'refresh_token=x', me.hint])
    expect(hasForeignTokens(readCookies(withCookies(own))), own.slice(0, 20)).toBe(false);
  expect(await refreshed(neighbour.refresh, neighbour.hint)).toBe('invalid_grant');
});

/** Steals each credential that can leak, uses it, and compares the answers with the table of `docs/binding.md`. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newProofKey } from '../../lib/auth/binding/test-proof.ts';
import { type Answer, send, Visitor } from '../support/http.ts';
import { Device, KeyHolder } from '../support/key-holder.ts';
import { type Server, startServer } from '../support/server.ts';
import { APP_ORIGIN, SERVER_ENV } from '../support/tokens.ts';

const HTTPS_ORIGIN = 'https://orders.test';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A row of the table, without its first cell. */
interface Loot {
  actsAsOwner: string;
  refreshes: string;
  answers: string;
}

const THEFTS: Record<string, () => Promise<Loot>> = {
  'the cookies of a session without a key': cookiesWithoutKey,
  'a recording of all requests: cookies and proofs': recordedTraffic,
  'the cookies of a bound session, and a key of their own': cookiesAndOwnKey,
  'the whole browser profile, with the key of the page': copiedProfile,
  'the same, where the browser keeps the key in hardware': copiedProfileOfDevice,
  'both tokens of a program without a key': () => tokensOfProgram(false),
  'both tokens of a program with a key': () => tokensOfProgram(true),
  'any cookies, after their owner has signed out': cookiesAfterSignOut,
};

const documented = new Map(
  tableRows().map(([holds = '', actsAsOwner, refreshes, answers]) => [holds, { actsAsOwner, refreshes, answers }]),
);

let plain: Server;
let secure: Server;

beforeAll(async () => {
  plain = await startServer({ env: SERVER_ENV });
  secure = await startServer({ env: { ...SERVER_ENV, APP_ORIGIN: HTTPS_ORIGIN } });
});

afterAll(async () => {
  await plain.stop();
  await secure.stop();
});

test('docs/binding.md lists every theft and no other', () => {
  expect([...documented.keys()]).toEqual(Object.keys(THEFTS));
});

test.each(Object.entries(THEFTS))('docs/binding.md says what a thief gets from %s', async (holds, steal) => {
  expect(await steal()).toEqual(documented.get(holds));
});

function tableRows(): string[][] {
  const page = readFileSync(new URL('../../docs/binding.md', import.meta.url), 'utf8');
  const [, rows = ''] = /\n\| a thief holds .*\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

async function cookiesWithoutKey(): Promise<Loot> {
  const owner = new Visitor(plain.url);
  await owner.signIn();
  return lootOf(owner, await put(plain.url, owner));
}

async function recordedTraffic(): Promise<Loot> {
  const owner = await boundOwner();
  const dpop = await owner.proof();
  await owner.refresh({ dpop });
  const again = await put(plain.url, owner, { dpop });
  return lootOf(owner, again);
}

async function cookiesAndOwnKey(): Promise<Loot> {
  const owner = await boundOwner();
  const thief = new KeyHolder(plain.url, await newProofKey());
  thief.nonce = owner.nonce;
  return lootOf(owner, await put(plain.url, owner, { dpop: await thief.proof() }));
}

async function copiedProfile(): Promise<Loot> {
  const owner = await boundOwner();
  return lootOf(owner, await put(plain.url, owner, { dpop: await owner.proof() }));
}

async function copiedProfileOfDevice(): Promise<Loot> {
  const owner = new Device(secure.url, await newProofKey(), HTTPS_ORIGIN);
  await owner.login();
  await owner.signInAndTakeOffer({ dpop: await owner.proof({ htm: 'POST', htu: `${HTTPS_ORIGIN}/api/login` }) });
  await owner.start();
  const refreshed = await owner.refreshByBrowser(await owner.sign(owner.challenge));
  const cookie = owner.jar.header('/api/refresh_token').replace(/__Host-access_token=[^;]*/, 'gone=1');
  const seen = await put(secure.url, owner, { cookie, dpop: await owner.proof() });
  return lootOf(owner, seen, lifetimeIn(refreshed));
}

async function tokensOfProgram(isBound: boolean): Promise<Loot> {
  const owner = new KeyHolder(plain.url, await newProofKey());
  const json = { name: 'admin', pwd: '123456', transport: 'bearer' };
  const { token, refresh_token } = (
    isBound ? await owner.login(json) : await owner.send('/api/login', { method: 'POST', json })
  ).json;
  const reads = await send(plain.url, '/api/order', { headers: { authorization: `Bearer ${token}` } });
  const seen = await send(plain.url, '/api/refresh_token', {
    method: 'PUT',
    headers: { authorization: `Bearer ${refresh_token}` },
  });
  return judged(reads, seen, 2 * HOUR);
}

async function cookiesAfterSignOut(): Promise<Loot> {
  const owner = new Visitor(plain.url);
  await owner.signIn();
  const headers = { cookie: owner.jar.header('/api/refresh_token') };
  await owner.send('/api/logout', { method: 'POST' });
  const reads = await send(plain.url, '/api/order', { headers });
  return judged(reads, await send(plain.url, '/api/refresh_token', { method: 'PUT', headers }), 0);
}

async function boundOwner(): Promise<KeyHolder> {
  const owner = new KeyHolder(plain.url, await newProofKey(), APP_ORIGIN);
  await owner.login();
  return owner;
}

/** The answer to a refresh with the owner's cookies. */
function put(url: string, owner: Visitor, headers: Record<string, string> = {}): Promise<Answer> {
  const cookie = owner.jar.header('/api/refresh_token');
  return send(url, '/api/refresh_token', { method: 'PUT', headers: { cookie, ...headers } });
}

async function lootOf(owner: Visitor, refresh: Answer, accessSeconds = 2 * HOUR): Promise<Loot> {
  const reads = await send(owner.url, '/api/order', { headers: { cookie: owner.jar.header('/') } });
  return judged(reads, refresh, accessSeconds);
}

function judged(reads: Answer, refresh: Answer, accessSeconds: number): Loot {
  return {
    actsAsOwner: reads.status === 200 ? `for ${words(accessSeconds)} at most` : 'no',
    refreshes: refresh.status === 201 ? `for ${words(14 * DAY)}` : 'no',
    answers: `${reads.status}; ${refresh.status} ${refresh.json?.message ?? 'refreshed'}`,
  };
}

function lifetimeIn({ setCookies }: Answer): number {
  return Number(/Max-Age=(\d+)/.exec(setCookies.find((line) => line.includes('access_token=e')) ?? '')?.[1]);
}

function words(seconds: number): string {
  if (seconds >= DAY) return `${seconds / DAY} days`;
  return seconds >= HOUR ? `${seconds / HOUR} hours` : `${seconds / MINUTE} minutes`;
}

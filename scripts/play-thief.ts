/** `npm run thief`: steals, one after the other, everything that can leak from a sign-in, tries what it is good for, and prints the table. */

import { type Answer, send, Visitor } from '../e2e/contract/http.ts';
import { Device, KeyHolder } from '../e2e/contract/key-holder.ts';
import { startServer } from '../e2e/contract/server.ts';
import { APP_ORIGIN, SERVER_ENV } from '../e2e/contract/tokens.ts';
import { newProofKey } from '../lib/auth/binding/test-proof.ts';
import { buildIfStale } from './set-up.mjs';

const HTTPS_ORIGIN = 'https://orders.test';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Row {
  holds: string;
  reads: string;
  renews: string;
  /** What was answered. */
  seen: string;
}

await buildIfStale();
const plain = await startServer({ env: SERVER_ENV });
const secure = await startServer({ env: { ...SERVER_ENV, APP_ORIGIN: HTTPS_ORIGIN } });
try {
  print([
    await cookiesWithoutKey(),
    await recordedTraffic(),
    await cookiesAndOwnKey(),
    await copiedProfile(),
    await copiedProfileOfDevice(),
    await tokensOfProgram(false),
    await tokensOfProgram(true),
    await cookiesAfterSignOut(),
  ]);
} finally {
  await plain.stop();
  await secure.stop();
}

async function cookiesWithoutKey(): Promise<Row> {
  const owner = new Visitor(plain.url);
  await owner.signIn();
  return row('the cookies of a session without a key', owner, await put(plain.url, owner));
}

async function recordedTraffic(): Promise<Row> {
  const owner = await boundOwner();
  const dpop = await owner.proof();
  await owner.refresh({ dpop });
  const again = await put(plain.url, owner, { dpop });
  return row('a recording of all requests: cookies and proofs', owner, again);
}

async function cookiesAndOwnKey(): Promise<Row> {
  const owner = await boundOwner();
  const thief = new KeyHolder(plain.url, await newProofKey());
  thief.nonce = owner.nonce;
  return row(
    'the cookies of a bound session, and a key of their own',
    owner,
    await put(plain.url, owner, { dpop: await thief.proof() }),
  );
}

async function copiedProfile(): Promise<Row> {
  const owner = await boundOwner();
  return row(
    'the whole browser profile, the page’s key among it',
    owner,
    await put(plain.url, owner, { dpop: await owner.proof() }),
  );
}

async function copiedProfileOfDevice(): Promise<Row> {
  const owner = new Device(secure.url, await newProofKey(), HTTPS_ORIGIN);
  await owner.login();
  await owner.signInAndTakeOffer({ dpop: await owner.proof({ htm: 'POST', htu: `${HTTPS_ORIGIN}/api/login` }) });
  await owner.start();
  const renewed = await owner.renew(await owner.sign(owner.challenge));
  const cookie = owner.jar.header('/api/refresh_token').replace(/__Host-access_token=[^;]*/, 'gone=1');
  const seen = await put(secure.url, owner, { cookie, dpop: await owner.proof() });
  return row('the same, where the browser keeps the key in hardware', owner, seen, lifetimeIn(renewed));
}

async function tokensOfProgram(isBound: boolean): Promise<Row> {
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
  return judged(`both tokens of a program ${isBound ? 'with' : 'without'} a key`, reads, seen, 2 * HOUR);
}

async function cookiesAfterSignOut(): Promise<Row> {
  const owner = new Visitor(plain.url);
  await owner.signIn();
  const headers = { cookie: owner.jar.header('/api/refresh_token') };
  await owner.send('/api/logout', { method: 'POST' });
  const reads = await send(plain.url, '/api/order', { headers });
  return judged(
    'any cookies, after their owner has signed out',
    reads,
    await send(plain.url, '/api/refresh_token', { method: 'PUT', headers }),
    0,
  );
}

async function boundOwner(): Promise<KeyHolder> {
  const owner = new KeyHolder(plain.url, await newProofKey(), APP_ORIGIN);
  await owner.login();
  return owner;
}

/** What a renewal with the owner's cookies gets. */
function put(url: string, owner: Visitor, headers: Record<string, string> = {}): Promise<Answer> {
  const cookie = owner.jar.header('/api/refresh_token');
  return send(url, '/api/refresh_token', { method: 'PUT', headers: { cookie, ...headers } });
}

async function row(holds: string, owner: Visitor, renewal: Answer, accessSeconds = 2 * HOUR): Promise<Row> {
  const reads = await send(owner.url, '/api/order', { headers: { cookie: owner.jar.header('/') } });
  return judged(holds, reads, renewal, accessSeconds);
}

function judged(holds: string, reads: Answer, renewal: Answer, accessSeconds: number): Row {
  const canRead = reads.status === 200;
  const canRenew = renewal.status === 201;
  return {
    holds,
    reads: canRead ? `for ${words(accessSeconds)} at most` : 'no',
    renews: canRenew ? `for ${words(14 * DAY)}` : 'no',
    seen: `${reads.status}; ${renewal.status} ${renewal.json?.message ?? 'renewed'}`,
  };
}

function lifetimeIn({ setCookies }: Answer): number {
  return Number(/Max-Age=(\d+)/.exec(setCookies.find((line) => line.includes('access_token=e')) ?? '')?.[1]);
}

function words(seconds: number): string {
  if (seconds >= DAY) return `${seconds / DAY} days`;
  return seconds >= HOUR ? `${seconds / HOUR} hours` : `${seconds / MINUTE} minutes`;
}

function print(rows: Row[]): void {
  console.log('| a thief holds | acts as the owner | renews | answers seen |\n|---|---|---|---|');
  for (const { holds, reads, renews, seen } of rows) console.log(`| ${holds} | ${reads} | ${renews} | ${seen} |`);
}

/** Turns a case and the clients into a request. */

import { makeProof } from '../../lib/auth/binding/test-proof.ts';
import { randomId } from '../../lib/auth/tokens/random-id.ts';
import { HOSTILE_BODIES } from '../support/hostile.ts';
import type { BodyChange, Case, Presented } from './cases.ts';
import { cookieName, type FuzzClient } from './clients.ts';
import { mutated } from './mutants.ts';
import { type Known, TARGETS, type Target } from './targets.ts';

export interface FuzzRequest {
  target: Target;
  method: string;
  path: string;
  /** A header may occur twice. */
  headers: [name: string, value: string][];
  body: Buffer | undefined;
  client: FuzzClient;
  /** The client's access token at that moment. */
  access: string;
  /** Whether the tokens are unchanged. */
  isOwn: boolean;
  hasGoodProof: boolean;
  raw: Buffer | null;
}

export interface World {
  clients: FuzzClient[];
  known: Omit<Known, 'user'>;
  wrongTokens: string[];
  origin: string;
}

export async function requestOf(fuzzed: Case, { clients, known, wrongTokens, origin }: World): Promise<FuzzRequest> {
  const target = TARGETS[fuzzed.target % TARGETS.length];
  const able = clients.filter(({ kind }) => !target || !isForBrowser(target) || kind === 'browser that binds');
  const client = able[fuzzed.client % able.length];
  if (!target || !client) throw new Error('nobody there');
  await client.ensureSignedIn();
  const everything = { ...known, user: client.user };
  const method = fuzzed.method ?? target.method;
  const path = pathOf(fuzzed, target, everything);
  const body = bodyOf(fuzzed, target, everything);
  const proof = await proofOf(fuzzed, target, client, origin);
  const content = body && (fuzzed.contentType ?? contentTypeOf(fuzzed));
  const headers = [
    ['x-forwarded-for', addressOf(fuzzed, client)],
    ['user-agent', `fuzz ${client.kind}`],
    ...Object.entries(target.headers?.() ?? {}),
    ...credentialsOf(fuzzed, target, client, wrongTokens),
    ...Object.entries(proof.headers),
    ...(content ? [['content-type', content]] : []),
    ...fuzzed.headers,
  ].map(([name = '', value = '']): [string, string] => [name, headerValue(value)]);
  const request = {
    target,
    method,
    path,
    headers,
    body,
    client,
    access: client.tokens.access,
    isOwn: fuzzed.credentials === 'own',
    hasGoodProof: proof.isGood,
  };
  return { ...request, raw: fuzzed.raw && rawBytes(fuzzed.raw, request) };
}

function pathOf({ pick, path, query }: Case, target: Target, known: Known): string {
  let asked = target.path(known, pick);
  if (path) {
    const at = 1 + (path.at % asked.length);
    asked = asked.slice(0, at) + path.text + asked.slice(at);
  }
  if (query.length === 0 && target.query) return pathBytes(asked);
  const pairs = query.map(([name, value], n) =>
    // A known parameter reaches further than an unknown one; some values are not percent-encoded.
    [target.query && pick % 3 ? (target.query[(pick + n) % target.query.length] ?? name) : name, value]
      .map((part) => ((pick + n) % 4 ? encodeURIComponent(part.toWellFormed()) : part.replace(/[&#]/g, '')))
      .join('='),
  );
  return pathBytes(pairs.length > 0 ? `${asked}?${pairs.join('&')}` : asked);
}

/** Characters that an HTTP client accepts in a request line; anything else is sent raw. */
function pathBytes(path: string): string {
  return path.replace(/[^\u0021-\u00ff]/g, (char) => encodeURIComponent(char.toWellFormed()));
}

function headerValue(value: string): string {
  return value.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?');
}

/** Most requests have the client's address; sign-ins have random ones, so that the limits do not stop them all. */
function addressOf({ pick, client: n }: Case, client: FuzzClient): string {
  return pick % 2 ? client.address : `198.51.${pick % 256}.${n % 256}`;
}

function credentialsOf(
  { credentials }: Case,
  { guard, name }: Target,
  client: FuzzClient,
  wrongTokens: string[],
): [string, string][] {
  const { access, refresh, seal } = client.tokens;
  // A sign-in with a credential revokes the earlier session; generated credentials do that often enough.
  if (credentials === 'none' || (credentials === 'own' && name.startsWith('sign in'))) return [];
  if (credentials === 'own') {
    if (client.isProgram) return [['authorization', `Bearer ${guard === 'refresh' ? refresh : access}`]];
    const reaches = guard === 'refresh' ? `; ${cookieName('refresh_token')}=${seal}` : '';
    return [['cookie', `${cookieName('access_token')}=${access}${reaches}`]];
  }
  const textOf = ({ what, mutations, text, pick }: Presented) => {
    const start = { access, refresh, seal, text, wrong: wrongTokens[pick % wrongTokens.length] ?? '' }[what];
    return mutated(start, mutations);
  };
  const cookies = credentials.cookies.map(([name, presented]) => `${cookieName(name)}=${textOf(presented)}`);
  return [
    ...credentials.authorization.map(([scheme, presented]): [string, string] => [
      'authorization',
      scheme + textOf(presented),
    ]),
    ...(cookies.length > 2 ? cookies : [cookies.join('; ')].filter(Boolean)).map((line): [string, string] => [
      'cookie',
      line,
    ]),
  ];
}

interface SentProof {
  headers: Record<string, string>;
  isGood: boolean;
}

/** Only a DBSC browser calls these endpoints. */
function isForBrowser({ name }: Target): boolean {
  return name.endsWith('by the browser');
}

async function proofOf({ proof }: Case, target: Target, client: FuzzClient, origin: string): Promise<SentProof> {
  const forBrowser = isForBrowser(target);
  if (proof === 'none' || !client.isBound || target.guard !== 'refresh') return { headers: {}, isGood: false };
  const { device } = client;
  const changes = proof === 'good' ? { mutations: [], claims: {}, header: {} } : proof;
  const { claims, header } = changes;
  const made = forBrowser
    ? await device.sign(device.challenge, { claims, header })
    : await makeProof(device.key, device.nonce, { claims: { htu: `${origin}/api/refresh_token`, ...claims }, header });
  const sent = mutated(made, changes.mutations);
  // HTTP trims values; JSON leaves out undefined claims.
  const isAsMade =
    sent.trim() === made &&
    Object.values(header).every((said) => said === undefined || (forBrowser && said === 'dbsc+jwt'));
  if (!forBrowser) return { headers: { dpop: sent }, isGood: isAsMade && Object.keys(claims).length === 0 };
  // A browser's proof may be quoted; it contains only the challenge.
  const isGood = (isAsMade || sent === `"${made}"`) && !('jti' in claims);
  return { headers: { 'sec-secure-session-id': device.id, 'secure-session-response': sent }, isGood };
}

function bodyOf({ body, pick }: Case, target: Target, known: Known): Buffer | undefined {
  const good = target.body?.(known);
  if (target.isBodyKept || !body) return good && Buffer.from(JSON.stringify(good));
  // A body on a request without one must be harmless too, but is rarely useful.
  return good || pick % 5 === 0 ? bytesOf(body, good ?? {}) : undefined;
}

function bytesOf(change: BodyChange, good: object): Buffer {
  switch (change.kind) {
    case 'json':
      return Buffer.from(JSON.stringify(change.value) ?? '');
    case 'bytes':
      return Buffer.from(change.bytes);
    case 'given':
      return Buffer.from(HOSTILE_BODIES[change.n % HOSTILE_BODIES.length]?.[1] ?? '');
    case 'form':
      return Buffer.from(new URLSearchParams(change.fields).toString());
    case 'cut': {
      const whole = Buffer.from(JSON.stringify(good));
      return Buffer.concat([whole.subarray(0, change.at % (whole.length + 1)), change.tail]);
    }
    case 'fields':
      return Buffer.from(JSON.stringify(withFields(good, change.fields, change.depth)) ?? '');
  }
}

/** Own properties of any name. */
function withFields(good: object, fields: [string, unknown][], depth: number): object {
  const copy = structuredClone(good);
  let place: object = copy;
  for (let n = 0; n < depth; n += 1)
    place = Object.values(place).find((inner) => typeof inner === 'object' && inner) ?? place;
  for (const [name, value] of fields) {
    if (Array.isArray(place)) place.push(value);
    else Object.defineProperty(place, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function contentTypeOf({ body }: Case): string {
  return body?.kind === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
}

function rawBytes(
  changes: NonNullable<Case['raw']>,
  { method, path, headers, body }: Pick<FuzzRequest, 'method' | 'path' | 'headers' | 'body'>,
): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${randomId()}`,
    ...headers.map((pair) => pair.join(': ')),
    ...(body ? [`content-length: ${body.length}`] : []),
  ];
  let message = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
  for (const { at, byte, isCut } of changes) {
    const place = at % message.length;
    if (isCut) message = message.subarray(0, place + 1);
    else message[place] = byte;
  }
  return message;
}

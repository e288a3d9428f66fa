/** Generates cases with fast-check: the target, the client, and what is wrong with the request. `requests.ts` turns a case into a request. */
import fc from 'fast-check';
import { HOSTILE_BODIES, HOSTILE_VALUES } from '../support/hostile.ts';
import { TARGETS } from './targets.ts';

/** One change to a token, a seal or a proof. */
export type Mutation =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'cut'; at: number }
  | { kind: 'add'; text: string; inFront: boolean }
  | { kind: 'repeat'; by: string }
  | { kind: 'spell'; how: 'padded' | 'upper' | 'standard' | 'escaped' | 'quoted' }
  | { kind: 'say'; part: 'header' | 'payload'; name: string; value: unknown; signed: 'as before' | 'foreign' | 'not' }
  | { kind: 'part'; n: number; text: string };

export interface Presented {
  what: 'access' | 'refresh' | 'seal' | 'wrong' | 'text';
  mutations: Mutation[];
  text: string;
  pick: number;
}

export interface Case {
  target: number;
  pick: number;
  /** Whose session. */
  client: number;
  method: string | null;
  path: { at: number; text: string } | null;
  query: [name: string, value: string][];
  /** `own` is the client's real credential. */
  credentials: 'own' | 'none' | { authorization: [scheme: string, Presented][]; cookies: [name: string, Presented][] };
  proof: { mutations: Mutation[]; claims: Record<string, unknown>; header: Record<string, unknown> } | 'good' | 'none';
  headers: [name: string, value: string][];
  body: BodyChange | null;
  contentType: string | null;
  /** Changed bytes of the whole message, which is then sent over a separate connection. */
  raw: { at: number; byte: number; isCut: boolean }[] | null;
}

export type BodyChange =
  | { kind: 'fields'; fields: [name: string, value: unknown][]; depth: number }
  | { kind: 'json'; value: unknown }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'given'; n: number }
  | { kind: 'cut'; at: number; tail: Uint8Array }
  | { kind: 'form'; fields: [string, string][] };

const NASTY_TEXTS = [
  '',
  ' ',
  '\0',
  '%00',
  '%',
  '%ff',
  '%c3%28',
  '%e2%82',
  '%2e%2e%2f',
  '..',
  '../../etc/passwd',
  '//evil.test',
  '/\\evil.test',
  'https://evil.test/',
  'javascript:alert(1)',
  '\r\nX-Injected: 1',
  '%0d%0aX-Injected:%201',
  "' or 1=1 --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e400',
  '9007199254740993',
  '2147483648',
  '99999999999999999999',
  '\ud800',
  '\ufeff',
  '\u202e',
  'é',
  '🜁',
  'a'.repeat(3_000),
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.webPath() },
);

const NASTY_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'then', '', '0', '$ne', 'length', 'toJSON'];
const name = fc.oneof(fc.constantFrom(...NASTY_NAMES), fc.string({ maxLength: 8 }));

const nested = (levels: number) => {
  let value: unknown = 1;
  for (let n = 0; n < levels; n += 1) value = n % 2 ? [value] : { a: value };
  return value;
};

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_VALUES.map(([, hostile]) => hostile)) },
  { weight: 2, arbitrary: text },
  { weight: 2, arbitrary: fc.oneof(fc.maxSafeInteger(), fc.double(), fc.constantFrom(1e308, -0, 2 ** 31, 2 ** 53)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.nat(300).map(nested) },
);

const at = fc.nat(4_000);
const CLAIMS = ['user_id', 'refresh', 'exp', 'iat', 'nbf', 'iss', 'aud', 'sid', 'jti', 'sub', '__proto__'];
const HEADER = ['alg', 'typ', 'kid', 'crit', 'jwk', 'jku', 'x5u', 'x5c', 'b64', 'zip', 'cty', '__proto__'];
const SPECIAL_VALUES: unknown[] = [
  ...['none', 'None', 'HS384', 'HS512', 'RS256', 'ES256', 'dir', 'A256KW', 'JWT', 'access+jwt', 'refresh+jwt'],
  ...['dpop+jwt', 'application/access+jwt', 'test', '', 'TEST', '../test', 'constructor', '__proto__', '/dev/null'],
  ...['https://orders.test/api', 'https://orders.test/api/refresh_token', 'https://orders.test', 'https://evil.test'],
  ...[true, false, null, 0, 1, 11, 12, -1, 2 ** 31, 2 ** 53, 9_999_999_999, 1e308, [], {}, ['alg'], ['HS256']],
];

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('add' as const), text, inFront: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('repeat' as const),
      by: fc.constantFrom(',', ', ', ' ', '.', '', '; access_token='),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('spell' as const),
      how: fc.constantFrom('padded', 'upper', 'standard', 'escaped', 'quoted'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom('header' as const, 'payload' as const),
        fc.nat(99),
        fc.oneof(value, fc.constantFrom(...SPECIAL_VALUES)),
      )
      .chain(([part, n, said]) => {
        const names = part === 'header' ? HEADER : CLAIMS;
        return fc.record({
          kind: fc.constant('say' as const),
          part: fc.constant(part),
          name: fc.constant(names[n % names.length] ?? ''),
          value: fc.constant(said),
          signed: fc.constantFrom('as before', 'foreign', 'not'),
        });
      }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('part' as const), n: fc.nat(9), text }) },
);

const mutations = fc.array(mutation, { minLength: 1, maxLength: 2 });
const presented: fc.Arbitrary<Presented> = fc.record({
  what: fc.constantFrom('access', 'access', 'access', 'refresh', 'refresh', 'seal', 'seal', 'wrong', 'wrong', 'text'),
  // One in six is an unchanged token, perhaps in the wrong place.
  mutations: fc.oneof({ weight: 5, arbitrary: mutations }, { weight: 1, arbitrary: fc.constant<Mutation[]>([]) }),
  text,
  pick: fc.nat(99),
});

const SCHEMES = [
  'Bearer ',
  'bearer ',
  'DPoP ',
  'Bearer  ',
  'Basic ',
  'Bearer',
  '',
  'Bearer\t',
  'Negotiate ',
  'BEARER ',
];
const COOKIES = [
  'access_token',
  'access_token',
  'refresh_token',
  'refresh_token',
  'session_hint',
  'renewal_count',
  'x',
];

type Credentials = Case['credentials'];
const byAuthorization: fc.Arbitrary<Credentials> = fc.record({
  authorization: fc.array(fc.tuple(fc.constantFrom('Bearer ', 'Bearer ', ...SCHEMES), presented), {
    minLength: 1,
    maxLength: 2,
  }),
  cookies: fc.array(fc.tuple(fc.constantFrom(...COOKIES), presented), { maxLength: 2 }),
});
const byCookies: fc.Arbitrary<Credentials> = fc.record({
  authorization: fc.constant<[string, Presented][]>([]),
  cookies: fc.array(fc.tuple(fc.constantFrom(...COOKIES), presented), { minLength: 1, maxLength: 4 }),
});
const credentials = fc.oneof(
  { weight: 11, arbitrary: fc.constant<Credentials>('own') },
  { weight: 2, arbitrary: fc.constant<Credentials>('none') },
  { weight: 3, arbitrary: byAuthorization },
  { weight: 3, arbitrary: byCookies },
);

const PROOF_CLAIMS = fc.oneof<fc.Arbitrary<Record<string, unknown>>[]>(
  fc.record({ htm: fc.constantFrom('GET', 'put', 'POST', '', null, 1) }),
  fc.record({ htu: fc.constantFrom('https://evil.test/api/refresh_token', '/api/refresh_token', 'x', '', null, {}) }),
  fc.record({ nonce: fc.oneof(fc.constantFrom('', null, 1, {}, 'zzzzzz.AAAAAAAAAAAAAAAAAAAAAA'), text) }),
  fc.record({ jti: fc.constantFrom('', 'short', null, 1, [], 'x'.repeat(129)) }),
  fc.record({ iat: fc.constantFrom('1', null, [], {}) }),
);
const PROOF_HEADER = fc.oneof<fc.Arbitrary<Record<string, unknown>>[]>(
  fc.record({ typ: fc.constantFrom('JWT', 'dbsc+jwt', '', 'access+jwt') }),
  fc.record({
    jwk: fc.oneof(value, fc.record({ kty: fc.constantFrom('EC', 'oct', 'RSA'), crv: text, x: text, y: text })),
  }),
);
const proof: fc.Arbitrary<Case['proof']> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('good' as const) },
  { weight: 1, arbitrary: fc.constant('none') },
  {
    weight: 3,
    arbitrary: fc.record({
      mutations,
      claims: fc.constant<Record<string, unknown>>({}),
      header: fc.constant<Record<string, unknown>>({}),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      mutations: fc.constant<Mutation[]>([]),
      claims: PROOF_CLAIMS,
      header: fc.constant<Record<string, unknown>>({}),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      mutations: fc.constant<Mutation[]>([]),
      claims: fc.constant<Record<string, unknown>>({}),
      header: PROOF_HEADER,
    }),
  },
);

const HEADER_NAMES = [
  ...['accept', 'accept-encoding', 'accept-language', 'content-encoding', 'expect', 'forwarded', 'from', 'host'],
  ...['idempotency-key', 'if-match', 'if-modified-since', 'if-none-match', 'max-forwards', 'next-action', 'next-url'],
  ...['next-router-prefetch', 'next-router-segment-prefetch', 'next-router-state-tree', 'origin', 'range', 'referer'],
  ...['rsc', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-secure-session-id', 'secure-session-response'],
  ...['secure-session-skipped', 'tandem-user', 'te', 'upgrade', 'user-agent', 'via', 'x-action-forwarded'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-http-method-override', 'x-matched-path'],
  ...['x-middleware-rewrite', 'x-middleware-subrequest', 'x-nextjs-data', 'x-now-route-matches', 'x-original-url'],
  ...['x-request-id', 'content-security-policy', 'dpop', '__proto__', 'constructor'],
];
const HEADER_VALUES = [
  ...['1', '*', 'null', 'text/html', 'application/json', 'gzip', 'br', 'identity;q=0', '100-continue', 'websocket'],
  ...['same-origin', 'cross-site', 'none', 'navigate', 'cors', 'https://evil.test', 'https://orders.test', 'evil.test'],
  ...['bytes=0-1', 'bytes=-1', 'bytes=9-1', '/_tree', 'middleware:middleware:middleware', '%5B%22%22%5D', '[]', '{}'],
  ...['127.0.0.1', '::1', '11', '12', '"a"', 'W/"a"', 'Thu, 01 Jan 1970 00:00:00 GMT', 'x'.repeat(2_000)],
];
const header = fc.tuple(
  fc.constantFrom(...HEADER_NAMES),
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...HEADER_VALUES) }, { weight: 1, arbitrary: text }),
);

const FIELDS = [
  'name',
  'pwd',
  'transport',
  'returnTo',
  'lines',
  'note',
  'sku',
  'quantity',
  'current',
  'new',
  'csp-report',
];
const bodyChange: fc.Arbitrary<BodyChange> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('fields' as const),
      fields: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), name), value), { minLength: 1, maxLength: 2 }),
      depth: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('json' as const), value }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('given' as const), n: fc.nat(HOSTILE_BODIES.length) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      at: fc.nat(120),
      tail: fc.constantFrom(
        ...[[], [0xe2, 0x82], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0], [0xff, 0xfe]].map((bytes) =>
          Uint8Array.from(bytes),
        ),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('form' as const),
      fields: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), name), text), { maxLength: 5 }),
    }),
  },
);

const CONTENT_TYPES = [
  ...['', 'application/json', 'application/json; charset=utf-8', 'application/json; charset=utf-16', 'text/plain'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'multipart/form-data', 'text/json'],
  ...['application/json, text/plain', 'APPLICATION/JSON', 'application/reports+json', 'application/csp-report'],
  ...['constructor', '__proto__', 'application/json;charset="utf-8"', 'text/x-component', ';'],
];

const position = fc.oneof(fc.maxSafeNat(), fc.constantFrom('EUR', 'JPY', 'eur'), value);
const cursor = fc
  .tuple(
    fc.constantFrom('-placed_at', 'placed_at', '-total', 'total'),
    fc.array(position, { minLength: 2, maxLength: 3 }),
  )
  .map(([sort, members]): [string, string][] => [
    ['sort', sort],
    [
      'cursor',
      Buffer.from(JSON.stringify([sort, ...members]) ?? '')
        .toString('base64url')
        .slice(0, 260),
    ],
  ]);
const QUERY_NAMES = [
  'status',
  'q',
  'sort',
  'limit',
  'cursor',
  'returnTo',
  'hop',
  'notice',
  '_rsc',
  'access_token',
  'url',
];
const parameter = fc.tuple(fc.oneof(fc.constantFrom(...QUERY_NAMES), name), text);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.array(parameter, { maxLength: 3 }) },
  { weight: 1, arbitrary: cursor },
);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'PURGE'];
const rarelyNull = <T>(arbitrary: fc.Arbitrary<T>, freq: number) => fc.option(arbitrary, { freq, nil: null });
const mostlyNull = <T>(arbitrary: fc.Arbitrary<T>, share: number) =>
  fc.oneof({ weight: 100 - share, arbitrary: fc.constant(null) }, { weight: share, arbitrary });

const byWeight = TARGETS.map(({ weight }, n) => ({ weight: Math.round(weight * 10), arbitrary: fc.constant(n) }));

const anyCase: fc.Arbitrary<Case> = fc.record({
  target: fc.oneof(...byWeight),
  pick: fc.nat(9_999),
  client: fc.nat(9_999),
  method: mostlyNull(fc.constantFrom(...METHODS), 6),
  path: mostlyNull(
    fc.record({ at: fc.nat(60), text: fc.oneof(text, fc.constantFrom('/', '//', '/.', ';', '\\', '.rsc')) }),
    6,
  ),
  query: fc.oneof({ weight: 2, arbitrary: fc.constant<[string, string][]>([]) }, { weight: 1, arbitrary: query }),
  credentials,
  proof,
  headers: fc.oneof(
    { weight: 3, arbitrary: fc.constant<[string, string][]>([]) },
    { weight: 2, arbitrary: fc.array(header, { maxLength: 3 }) },
  ),
  body: mostlyNull(bodyChange, 45),
  contentType: mostlyNull(fc.constantFrom(...CONTENT_TYPES), 8),
  raw: mostlyNull(
    fc.array(fc.record({ at: fc.nat(900), byte: fc.nat(255), isCut: rarelyNull(fc.constant(true), 5).map(Boolean) }), {
      minLength: 1,
      maxLength: 3,
    }),
    4,
  ),
});

const CHUNK = 100;

/** An endless sequence, the same for the same seed. */
export function* casesOf(seed: number): Generator<Case> {
  for (let chunk = 0; ; chunk += 1)
    yield* fc.sample(anyCase, { seed: Math.imul(seed, 1_000_003) + chunk, numRuns: CHUNK });
}

/** What becomes of a session that is bound to a key when the browser's storage is in a bad state. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Send, withProof } from './with-proof.ts';

const WAIT_MS = 5_000;
const LOGIN = { method: 'POST', body: '{}' };
const REFRESH = { method: 'PUT' };
const ASKED = '{"error":"use_dpop_nonce","message":""}';

/** IndexedDB as far as the keys need it; null stands for a database without its object store. */
let store: Map<unknown, unknown> | null;
let fault: 'none' | 'throws' | 'error' | 'blocked' | 'abort' | 'missing';
let deletions: number;

type Work = Record<string, unknown> & { result?: unknown };

/** Fires an event of a request or transaction once its listeners are there. */
function fire(work: Work, event: string): void {
  queueMicrotask(() => {
    const listener = work[`on${event}`];
    if (typeof listener === 'function') listener(new Event(event));
  });
}

/** Every name that was asked for. */
const places = new Set<string>();
let connections = 0;
let writes = 0;

const database = {
  createObjectStore: (name: string) => {
    places.add(`store ${name}`);
    store = new Map();
  },
  close: () => {
    connections -= 1;
  },
  transaction: (names: string, mode: string) => {
    places.add(`store ${names}`);
    if (!store) throw new DOMException('No such object store.', 'NotFoundError');
    const rows = store;
    const work: Work = {
      objectStore: (name: string) => ({
        get: (key: unknown) => {
          places.add(`row ${key} of ${name}`);
          return { result: rows.get(key) };
        },
        put: (value: unknown, key: unknown) => {
          places.add(`row ${key} of ${name}`);
          writes += 1;
          if (mode !== 'readwrite') throw new DOMException('Only for reading.', 'ReadOnlyError');
          return { result: rows.set(key, value) && key };
        },
      }),
    };
    fire(work, fault === 'abort' ? 'abort' : 'complete');
    return work;
  },
};

const indexedDBStub = {
  open: (name: string) => {
    places.add(`database ${name}`);
    if (fault === 'throws') throw new DOMException('Not allowed.', 'SecurityError');
    const work: Work = { result: database };
    if (fault === 'error') fire(work, 'error');
    else if (fault !== 'blocked') {
      if (isNew) fire(work, 'upgradeneeded');
      isNew = false;
      connections += 1;
      fire(work, 'success');
    }
    return work;
  },
  deleteDatabase: (name: string) => {
    places.add(`database ${name}`);
    deletions += 1;
    const work: Work = {};
    // Deleting mends a database whose content is at fault.
    isNew = true;
    fire(work, fault === 'blocked' || fault === 'error' ? 'error' : 'success');
    return work;
  },
};
let isNew: boolean;

/** The server's part: a session that is bound asks for a proof. */
const server = vi.fn<Send>();
let send: Send;

beforeEach(() => {
  vi.useFakeTimers();
  store = null;
  isNew = true;
  fault = 'none';
  deletions = 0;
  vi.stubGlobal('location', { origin: 'https://tandem.test' });
  setFault('none');
  server.mockReset().mockImplementation(async (_, { headers }) => {
    const isProven = new Headers(headers).has('DPoP');
    return isProven ? new Response('{}', { status: 201 }) : new Response(ASKED, { status: 400 });
  });
  send = withProof(server, { last: 'nonce' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setFault(next: typeof fault): void {
  fault = next;
  vi.stubGlobal('indexedDB', next === 'missing' ? undefined : indexedDBStub);
}

async function refreshed(): Promise<Response> {
  const answer = send('/api/refresh_token', REFRESH);
  await Promise.allSettled([answer, vi.advanceTimersByTimeAsync(WAIT_MS)]);
  return answer;
}

async function signIn(): Promise<boolean> {
  const answer = send('/api/login', LOGIN);
  // Listens from the start: it may fail while the time passes.
  await Promise.allSettled([answer, vi.advanceTimersByTimeAsync(3 * WAIT_MS)]);
  await answer;
  return new Headers(server.mock.lastCall?.[1].headers).has('DPoP');
}

test('a session is refreshed with the key that its sign-in has made', async () => {
  expect(await signIn()).toBe(true);
  expect((await refreshed()).status).toBe(201);
});

describe.each(['throws', 'error', 'blocked', 'abort', 'missing'] as const)(
  'storage that is out of reach (%s)',
  (kind) => {
    test('lets a refresh be tried three times, and is then a key that is gone', async () => {
      await signIn();
      setFault(kind);
      expect((await refreshed()).status).toBe(400);
      expect((await refreshed()).status).toBe(400);
      const last = await refreshed();
      expect([last.status, last.headers.get('WWW-Authenticate')]).toEqual([403, 'DPoP']);
      expect(await last.json()).toEqual({ error: 'invalid_grant' });
    });

    test('that comes back in time refreshes as if nothing had been', async () => {
      await signIn();
      for (let times = 0; times < 3; times += 1) {
        setFault(kind);
        for (let tries = 0; tries < 2; tries += 1) expect((await refreshed()).status).toBe(400);
        setFault('none');
        expect((await refreshed()).status).toBe(201);
      }
    });

    test('costs a sign-in its key, and nothing else', async () => {
      setFault(kind);
      server.mockImplementation(async () => new Response('{}'));
      expect(await signIn()).toBe(false);
      expect(server).toHaveBeenCalledOnce();
      expect((await refreshed()).status).toBe(200);
    });
  },
);

function loseStore(lostWith: 'its database' | 'its place'): void {
  store = null;
  isNew = lostWith === 'its database';
}

describe.each<[string, () => void]>([
  ['the database was deleted', () => loseStore('its database')],
  ['its object store is missing', () => loseStore('its place')],
  ['the row is gone', () => store?.clear()],
  ['the row holds text', () => store?.set(0, 'keys')],
  ['the row holds an object', () => store?.set(0, { 0: 'key', length: 1 })],
  ['the row holds nothing', () => store?.set(0, null)],
  ['the key is no key', () => store?.set(0, [{ privateKey: 'x', publicKey: 'y' }])],
  ['the pair is none', () => store?.set(0, [null])],
])('where %s', (_, damage) => {
  test('the key is gone within a few tries, and signing in makes another', async () => {
    await signIn();
    damage();
    const statuses = [await refreshed(), await refreshed(), await refreshed()].map(({ status }) => status);
    expect(statuses.at(-1)).toBe(403);
    expect(await signIn()).toBe(true);
    expect((await refreshed()).status).toBe(201);
  });
});

test('only what cannot be read is deleted', async () => {
  await signIn();
  await signIn();
  expect(deletions).toBe(0);
  store = null;
  await signIn();
  expect(deletions).toBe(1);
});

test('the key lies where earlier versions have put it, or their sessions would lose it', async () => {
  places.clear();
  await signIn();
  await refreshed();
  loseStore('its place');
  await signIn();
  expect([...places].sort()).toEqual(['database tandem-keys', 'row 0 of tandem-keys', 'store tandem-keys']);
});

test('the key of a first sign-in is kept before its answer is seen, which may be lost', async () => {
  server.mockImplementationOnce(async () => new Response('{}', { status: 504 }));
  await signIn();
  expect((await refreshed()).status).toBe(201);
});

test('a session that is refused with its only key is over, and nothing else is tried', async () => {
  await signIn();
  server.mockReset().mockImplementation(async () => new Response('{"error":"invalid_grant"}', { status: 403 }));
  const refused = await refreshed();
  expect([refused.status, await refused.json()]).toEqual([403, { error: 'invalid_grant' }]);
  expect(server).toHaveBeenCalledOnce();
});

test('a refresh leaves the key where it is, and writes nothing', async () => {
  await signIn();
  writes = 0;
  expect((await refreshed()).status).toBe(201);
  expect(writes).toBe(0);
});

test('no connection is left open, which would hold up a deletion', async () => {
  connections = 0;
  await signIn();
  await refreshed();
  setFault('abort');
  await refreshed();
  setFault('none');
  loseStore('its place');
  await signIn();
  await send('/api/logout', { method: 'POST' });
  expect(connections).toBe(0);
});

test('a refusal that asks for no proof says nothing about the key', async () => {
  setFault('throws');
  server.mockImplementation(async () => new Response('<html>', { status: 400 }));
  for (let times = 0; times < 5; times += 1) expect((await refreshed()).status).toBe(400);
});

describe('a proof', () => {
  /** The nonces of the proofs sent, in order. */
  const nonces = () =>
    server.mock.calls.map(([, { headers }]) => {
      const [, payload = ''] = new Headers(headers).get('DPoP')?.split('.') ?? [];
      return payload && JSON.parse(Buffer.from(payload, 'base64url').toString()).nonce;
    });

  test('is made once more after a 400, with the nonce of that answer', async () => {
    await signIn();
    server
      .mockClear()
      .mockImplementationOnce(async () => new Response(ASKED, { status: 400, headers: { 'DPoP-Nonce': 'second' } }));
    expect((await refreshed()).status).toBe(201);
    await refreshed();
    expect(nonces()).toEqual(['nonce', 'second', 'second']);
  });

  interface Proof {
    header: { jwk: JsonWebKey };
    claims: { jti: string; iat: number };
    text: string;
  }

  /** Those sent since the last time they were taken. */
  function takeProofs(): Proof[] {
    const texts = server.mock.calls.flatMap(([, { headers }]) => new Headers(headers).get('DPoP') ?? []);
    server.mockClear();
    return texts.map((text) => {
      const [header, claims] = text.split('.').map((part) => Buffer.from(part, 'base64url').toString());
      return { header: JSON.parse(header ?? ''), claims: JSON.parse(claims ?? ''), text };
    });
  }

  async function isSignedByItsKey({ header, text }: Proof): Promise<boolean> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const { kty, crv, x, y } = header.jwk as Required<JsonWebKey>;
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify']);
    const [, signed = '', signature = ''] = /^(.*)\.(.*)$/.exec(text) ?? [];
    return crypto.subtle.verify(algorithm, key, Buffer.from(signature, 'base64url'), Buffer.from(signed));
  }

  test('has the form that the server asks for, and is for this one request (RFC 9449 4.2)', async () => {
    const fromSeconds = Math.floor(Date.now() / 1_000);
    await signIn();
    for (let times = 0; times < 5; times += 1) await refreshed();
    const proofs = takeProofs();
    const toSeconds = Math.floor(Date.now() / 1_000);
    expect(proofs).toHaveLength(6);
    for (const [index, proof] of proofs.entries()) {
      expect(proof.text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
      expect(proof.header).toEqual({
        typ: 'dpop+jwt',
        alg: 'ES256',
        jwk: expect.objectContaining({ kty: 'EC', crv: 'P-256' }),
      });
      expect(proof.header.jwk).not.toHaveProperty('d');
      expect(proof.claims).toEqual({
        jti: expect.stringMatching(/^[\w-]{16,128}$/),
        htm: index === 0 ? 'POST' : 'PUT',
        htu: `https://tandem.test/api/${index === 0 ? 'login' : 'refresh_token'}`,
        iat: expect.any(Number),
        nonce: 'nonce',
      });
      expect(proof.claims.iat).toBeGreaterThanOrEqual(fromSeconds);
      expect(proof.claims.iat).toBeLessThanOrEqual(toSeconds);
      expect(await isSignedByItsKey(proof)).toBe(true);
    }
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(proofs.length);
  });

  test('goes beside what the request says else', async () => {
    await send('/api/login', { ...LOGIN, headers: { 'Content-Type': 'application/json' } });
    const [path, init] = server.mock.lastCall ?? [];
    expect([path, init?.method, init?.body]).toEqual(['/api/login', 'POST', '{}']);
    expect(new Headers(init?.headers).get('Content-Type')).toBe('application/json');
  });

  test('that cannot be made costs a sign-in its key, and nothing else', async () => {
    server.mockImplementation(async () => new Response('{}'));
    vi.spyOn(crypto.subtle, 'sign').mockRejectedValueOnce(new DOMException('No such key.', 'InvalidAccessError'));
    expect(await signIn()).toBe(false);
    expect(server).toHaveBeenCalledOnce();
  });

  test('is made with a key that cannot be taken out of the browser', async () => {
    await signIn();
    const kept = (store?.get(0) ?? []) as CryptoKeyPair[];
    expect(kept.map(({ privateKey }) => [privateKey.extractable, privateKey.usages])).toEqual([[false, ['sign']]]);
  });

  test('after another sign-in is made with another key', async () => {
    await signIn();
    await signIn();
    const [first, second] = takeProofs().map(({ header }) => header.jwk.x);
    expect(first).not.toBe(second);
    await refreshed();
    expect(takeProofs().map(({ header }) => header.jwk.x)).toEqual([second]);
  });

  test('that is refused with 400 twice is not made again', async () => {
    await signIn();
    server.mockReset().mockImplementation(async () => new Response(ASKED, { status: 400 }));
    expect((await refreshed()).status).toBe(400);
    expect(server).toHaveBeenCalledTimes(2);
  });
});

describe.each<[string, () => Promise<Response>]>([
  ['was lost on the way', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['came from a proxy', async () => new Response('{}', { status: 504 })],
])('after a sign-in whose answer %s', (_, lost) => {
  const keys = () => store?.get(0) as CryptoKeyPair[];
  let thumbs: [string, string];
  const thumbOf = async ({ publicKey }: CryptoKeyPair) =>
    JSON.stringify((await crypto.subtle.exportKey('jwk', publicKey)).x);
  const signedBy = (init: RequestInit) => {
    const [header = ''] = new Headers(init.headers).get('DPoP')?.split('.') ?? [];
    return JSON.stringify(JSON.parse(Buffer.from(header, 'base64url').toString()).jwk.x);
  };

  beforeEach(async () => {
    await signIn();
    server.mockImplementationOnce(lost);
    await signIn().catch(() => {});
    thumbs = (await Promise.all(keys().map(thumbOf))) as [string, string];
    expect(thumbs).toHaveLength(2);
    server.mockClear();
  });

  test.each([
    ['the first key, if the sign-in did not arrive', 0],
    ['the second key, if it did', 1],
  ])('the session is refreshed with %s, and that key alone stays', async (_, index) => {
    server.mockImplementation(
      async (_path, init) => new Response('{}', { status: signedBy(init) === thumbs[index] ? 201 : 403 }),
    );
    expect((await refreshed()).status).toBe(201);
    expect(server).toHaveBeenCalledTimes(index + 1);
    expect(await Promise.all(keys().map(thumbOf))).toEqual([thumbs[index]]);
  });

  test('neither key goes before the server has answered for one', async () => {
    server.mockImplementation(async () => new Response('{}', { status: 503 }));
    expect((await refreshed()).status).toBe(503);
    expect(server).toHaveBeenCalledOnce();
    expect(keys()).toHaveLength(2);
  });

  test('the session is over if neither is its key', async () => {
    server.mockImplementation(async () => new Response('{}', { status: 403 }));
    expect((await refreshed()).status).toBe(403);
    expect(server).toHaveBeenCalledTimes(2);
  });
});

test('signing out removes the key once the server has agreed', async () => {
  await signIn();
  for (const [status, left] of [
    [503, 1],
    [204, 0],
  ] as const) {
    server.mockImplementation(async () => new Response(null, { status }));
    expect((await send('/api/logout', { method: 'POST' })).status).toBe(status);
    expect(store?.get(0)).toHaveLength(left);
  }
});

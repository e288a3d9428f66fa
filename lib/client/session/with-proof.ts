/** Binds a session to a key that cannot leave this browser: sign-in and refresh carry a DPoP proof of it (RFC 9449). */

import type { REFRESH_PATH, SIGN_IN_PATH } from '../../contract/paths.ts';

export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** What the server last gave for the next proof (RFC 9449, 8). */
export interface Nonce {
  last: string | null;
}

/**
 * Wraps what sends the session's own calls. A sign-in makes a new key and keeps it, unextractable, in IndexedDB; where that fails
 * it goes out without a proof, and the server's policy decides. A refresh that needs a key which is gone, damaged, or
 * several times unreadable, comes back as refused, with the challenge of a wrong key. A sign-in repairs the storage; a sign-out removes the key.
 *
 * The page that refreshes before another opens carries this function as text: apart from types it uses nothing outside itself.
 */
export function withProof(next: Send, nonce: Nonce): Send {
  const STORE = 'tandem-keys';
  const STORE_WAIT_MS = 5_000;
  const STORE_TRIES = 3;
  const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

  let failedReads = 0;

  /** Rejects after a while: some browsers never answer when their storage is broken. */
  function settled(work: IDBRequest | IDBTransaction): Promise<unknown> {
    return new Promise((resolve, reject) => {
      setTimeout(reject, STORE_WAIT_MS);
      Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
    });
  }

  async function withKeys<T>(use: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = indexedDB.open(STORE);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    await settled(opening);
    try {
      const transaction = opening.result.transaction(STORE, 'readwrite');
      const request = use(transaction.objectStore(STORE));
      await settled(transaction);
      return request.result;
    } finally {
      opening.result.close();
    }
  }

  /** The session's key, and after it the key of a sign-in whose answer was not seen. */
  async function readKeys(): Promise<CryptoKeyPair[]> {
    const kept: unknown = await withKeys((keys) => keys.get(0));
    return Array.isArray(kept) ? kept : [];
  }
  const keepKeys = (pairs: CryptoKeyPair[]) => withKeys((keys) => keys.put(pairs, 0));

  async function addKey(): Promise<CryptoKeyPair> {
    const [current] = await readKeys().catch(async () => {
      await settled(indexedDB.deleteDatabase(STORE));
      return [];
    });
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign']);
    await keepKeys(current ? [current, pair] : [pair]);
    return pair;
  }

  const encoded = (binary: string) => btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

  async function proof({ privateKey, publicKey }: CryptoKeyPair, htm: string | undefined, path: string) {
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    const claims = {
      jti: crypto.randomUUID(),
      htm,
      htu: location.origin + path,
      iat: Math.floor(Date.now() / 1_000),
      nonce: nonce.last,
    };
    const parts = [{ typ: 'dpop+jwt', alg: 'ES256', jwk }, claims];
    const signed = parts.map((part) => encoded(JSON.stringify(part))).join('.');
    const signature = await crypto.subtle.sign(ALGORITHM, privateKey, new TextEncoder().encode(signed));
    return `${signed}.${encoded(String.fromCharCode(...new Uint8Array(signature)))}`;
  }

  /** Once more after a 400: the nonce was old, or the browser has sent the same proof twice. Sends nothing with a damaged key. */
  async function sendWith(
    pair: CryptoKeyPair,
    path: string,
    init: RequestInit,
    isLast = false,
  ): Promise<Response | undefined> {
    let DPoP: string;
    try {
      DPoP = await proof(pair, init.method, path);
    } catch {
      return undefined;
    }
    const response = await next(path, { ...init, headers: { ...init.headers, DPoP } });
    nonce.last = response.headers.get('DPoP-Nonce') ?? nonce.last;
    return response.status === 400 && !isLast ? sendWith(pair, path, init, true) : response;
  }

  async function signIn(path: string, init: RequestInit): Promise<Response> {
    const pair = await addKey().catch(() => undefined);
    const response = pair && (await sendWith(pair, path, init));
    if (pair && response?.ok) await keepKeys([pair]).catch(() => {});
    return response ?? next(path, init);
  }

  async function refresh(path: string, init: RequestInit): Promise<Response> {
    const pairs = await readKeys().catch(() => null);
    failedReads = pairs ? 0 : failedReads + 1;
    for (const pair of pairs ?? []) {
      const response = await sendWith(pair, path, init);
      if (response?.ok && pairs?.[1]) await keepKeys([pair]).catch(() => {});
      if (response && (response.status !== 403 || pair === pairs?.at(-1))) return response;
    }
    const response = await next(path, init);
    const isKeyLost = (pairs || failedReads >= STORE_TRIES) && /use_dpop_nonce/.test(await response.clone().text());
    if (!isKeyLost) return response;
    return new Response('{"error":"invalid_grant"}', { status: 403, headers: { 'WWW-Authenticate': 'DPoP' } });
  }

  async function signOut(path: string, init: RequestInit): Promise<Response> {
    const response = await next(path, init);
    if (response.ok) await keepKeys([]).catch(() => {});
    return response;
  }

  return (path, init) => {
    // The types hold both to the contract's.
    if (path === ('/api/login' satisfies typeof SIGN_IN_PATH)) return signIn(path, init);
    return path === ('/api/refresh_token' satisfies typeof REFRESH_PATH) ? refresh(path, init) : signOut(path, init);
  };
}

/** Where the page leads that refreshes before another opens. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OPENING_SETTINGS, refreshOnOpening } from './refresh-on-opening.ts';
import type { Send } from './with-proof.ts';

const { refreshPath, lockName, lockWaitMs, callMaxMs, retryMs, loopMs, loopMax } = OPENING_SETTINGS;
const PAGE = {
  returnTo: '/order?status=paid',
  login: '/login',
  loginForKey: '/login?for=key#form',
  loginForCookies: '/login?for=cookies',
  hintCookie: 'session_hint',
};
const COOKIES = 'theme=dark; session_hint=1.1800000000.15; session_hint_old=1';

let cookie: string;
let places: string[];
let storage: Map<string, string> | null;
let isNoticeHidden: boolean;
let locks: { request: (name: string, options: { signal: AbortSignal }, task: () => unknown) => Promise<unknown> };
const send = vi.fn<Send>();

const answer = (status: number, headers = {}) => new Response(null, { status, headers });

/** Until nothing happens any more at this instant. */
const settled = () => vi.advanceTimersByTimeAsync(0);

async function open(): Promise<void> {
  places = [];
  void refreshOnOpening(send, PAGE, OPENING_SETTINGS);
  await settled();
}

beforeEach(() => {
  vi.useFakeTimers();
  cookie = COOKIES;
  storage = new Map();
  isNoticeHidden = true;
  send.mockReset().mockImplementation(async () => answer(201));
  locks = { request: async (_, __, task) => task() };
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), ms);
    return abort.signal;
  });
  const main = {
    removeAttribute: (name: string) => {
      isNoticeHidden &&= name !== 'hidden';
    },
  };
  vi.stubGlobal('document', {
    get cookie() {
      return cookie;
    },
    querySelector: (selector: string) => (selector === 'main' ? main : null),
  });
  vi.stubGlobal('location', { hash: '#top', replace: (place: string) => places.push(place) });
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storageOrThrow().get(key) ?? null,
    setItem: (key: string, value: string) => storageOrThrow().set(key, value),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function storageOrThrow(): Map<string, string> {
  if (!storage) throw new DOMException('Not allowed.', 'SecurityError');
  return storage;
}

test.each([
  ['a new token', 201, {}, '/order?status=paid#top'],
  ['too many refreshes, so there is a valid token', 429, {}, '/order?status=paid#top'],
  ['a refused session', 403, {}, '/login#top'],
  ['a refused key, to an address with its own fragment', 403, { 'WWW-Authenticate': 'DPoP' }, '/login?for=key#form'],
])('%s leads on at once', async (_, status, headers, place) => {
  send.mockImplementation(async () => answer(status, headers));
  await open();
  expect(places).toEqual([place]);
  expect(send.mock.calls).toEqual([[refreshPath, { method: 'PUT', signal: expect.any(AbortSignal) }]]);
  await vi.advanceTimersByTimeAsync(2 * retryMs);
  expect(send).toHaveBeenCalledOnce();
  expect(isNoticeHidden).toBe(true);
});

describe('while nobody can tell', () => {
  test.each<[string, Send]>([
    ['since there is no network', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['since the server has failed', async () => answer(503)],
    ['since a new nonce was asked for', async () => answer(400, { 'WWW-Authenticate': 'DPoP' })],
  ])('%s, the page says so and tries again after a pause', async (_, fail) => {
    send.mockImplementation(fail);
    await open();
    expect([places, isNoticeHidden]).toEqual([[], false]);
    await vi.advanceTimersByTimeAsync(retryMs - 1);
    expect(send).toHaveBeenCalledOnce();
    send.mockImplementation(async () => answer(201));
    await vi.advanceTimersByTimeAsync(1);
    expect(places).toEqual(['/order?status=paid#top']);
  });

  test('since no answer comes, the page says so after a while', async () => {
    send.mockImplementation(
      (_, { signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    );
    await open();
    await vi.advanceTimersByTimeAsync(callMaxMs - 1);
    expect(isNoticeHidden).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(isNoticeHidden).toBe(false);
    // The time limit of the lock has passed too, and has sent no second request.
    expect(send).toHaveBeenCalledOnce();
  });
});

describe('the lock that all tabs share', () => {
  const names: string[] = [];
  let grant: () => void;
  beforeEach(() => {
    names.length = 0;
    locks.request = async (name, { signal }, task) => {
      names.push(name);
      await new Promise<void>((resolve, reject) => {
        grant = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      return task();
    };
  });

  test('is waited for, and for so long only', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(lockWaitMs - 1);
    expect([names, send.mock.calls]).toEqual([[lockName], []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(places).toEqual(['/order?status=paid#top']);
    expect(send).toHaveBeenCalledOnce();
  });

  test.each([
    ['a hint that has changed meanwhile leads on without a request', 'theme=dark; session_hint=1.1800000009.15', 0],
    ['a hint that is new is one too', `${COOKIES}x`.replace('session_hint=', 'session_hint=2'), 0],
    ['other cookies do not count', COOKIES.replace('dark', 'light').replace('old=1', 'old=2'), 1],
  ])('once it is there, %s', async (_, changed, requests) => {
    await open();
    cookie = changed;
    grant();
    await settled();
    expect(places).toEqual(['/order?status=paid#top']);
    expect(send).toHaveBeenCalledTimes(requests);
  });

  test('may be missing', async () => {
    vi.stubGlobal('navigator', {});
    await open();
    expect(places).toEqual(['/order?status=paid#top']);
  });
});

describe('a tab that is sent here again and again', () => {
  test('goes to the form once that was too often within the time', async () => {
    for (let times = 0; times < loopMax; times += 1) {
      await open();
      expect(places).toEqual(['/order?status=paid#top']);
    }
    await open();
    expect(places).toEqual(['/login?for=cookies#top']);
    expect(send).toHaveBeenCalledTimes(loopMax);
  });

  test('is counted over the last seconds alone, whichever way the clock was set', async () => {
    for (const setBy of [loopMs, -loopMs]) {
      for (let times = 0; times < loopMax; times += 1) await open();
      vi.setSystemTime(Date.now() + setBy);
      await open();
      expect(places).toEqual(['/order?status=paid#top']);
      storage?.clear();
    }
  });

  test('is not noticed without storage', async () => {
    storage = null;
    for (let times = 0; times <= loopMax; times += 1) await open();
    expect(places).toEqual(['/order?status=paid#top']);
  });
});

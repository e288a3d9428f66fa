/** `fetch` for the pages, and for what the framework fetches: no request goes out with an expired token. */
import { PAGE_USER_HEADER } from '../../contract/headers.ts';
import { UNGATED_PATHS } from '../../contract/paths.ts';
import { PATIENCE_MS } from '../policy.ts';
import { anySignal } from './any-signal.ts';
import { readBody, ungatedFetch } from './api-call.ts';
import { now } from './elapsed-clock.ts';
import { noteNonce } from './proof-nonce.ts';
import { isTokenFresh } from './state.ts';
import { dispatch, getState, leavingSignal, notify, subscribe } from './store.ts';

export interface AuthFetchInit extends RequestInit {
  /** No user waits for this request: it opens no sign-in dialog, and comes back refused when the session is revoked. */
  background?: boolean;
}

/**
 * Waits for a refresh where one is needed, and sends a request whose token is refused once more after one. A prefetch with an
 * expired token is answered here with 204, and refreshes nothing. Other origins and signed-out pages pass untouched.
 *
 * Rejects like `fetch`: no network, `signal` aborted, or the page being left. A body that is a stream can be sent only
 * once, so its 401 is handed back.
 */
export async function authFetch(
  input: RequestInfo | URL,
  { background, ...init }: AuthFetchInit = {},
): Promise<Response> {
  const { user } = getState().snapshot;
  const request = new Request(input, init);
  const { origin, pathname } = new URL(request.url);
  if (!user || origin !== location.origin || UNGATED_PATHS.includes(pathname)) return ungatedFetch(request);
  if (!isTokenFresh(getState(), now()) && /prefetch/.test([...request.headers.keys()].join()))
    return new Response(null, { status: 204 });
  request.headers.set(PAGE_USER_HEADER, `${user.id}`);
  if (request.method !== 'GET')
    request.headers.set('Idempotency-Key', request.headers.get('Idempotency-Key') ?? crypto.randomUUID());
  // What the framework fetches has its own way to sign in.
  background ||= !pathname.startsWith('/api/');
  request.signal.addEventListener('abort', notify);
  const signal = anySignal(request.signal, leavingSignal);
  await tokenReady(signal, background);
  const again = !(init.body instanceof ReadableStream) && request.clone();
  const { tokenEndsAtMs } = getState();
  const response = await ungatedFetch(request, { signal });
  noteNonce(response);
  if (response.ok) return response;
  const { error } = await readBody(response.clone());
  if (error === 'user_changed') dispatch({ type: 'page-left' });
  signal.throwIfAborted();
  if (response.status !== 401 || error === 'invalid_credentials') return response;
  dispatch({ type: 'token-refused', tokenEndsAtMs });
  return again && (await tokenReady(signal, background)) ? ungatedFetch(again, { signal }) : response;
}

/**
 * Waits until a request may be sent. With a revoked session that is until somebody has signed in again in place; a request
 * in the background does not wait for that, and gets false. Throws like `fetch` when the server cannot be reached for a
 * while, and when `signal` is aborted. Once the page has stopped nothing would end the wait, so the request is sent.
 */
async function tokenReady(signal: AbortSignal, background: boolean): Promise<boolean> {
  const giveUpAtMs = now() + PATIENCE_MS;
  dispatch({ type: 'token-needed' });
  for (;;) {
    signal.throwIfAborted();
    const state = getState();
    const isRevoked = state.snapshot.status === 'revoked';
    if (isTokenFresh(state, now()) || !state.snapshot.user) return true;
    if (isRevoked && background) return false;
    if (!isRevoked && Math.max(now(), state.retryAtMs) > giveUpAtMs) throw new TypeError('unreachable');
    await nextEvent();
  }
}

function nextEvent(): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}

/** `fetch` for the pages, and for what the framework fetches: no request meets an expired token. */
import { PAGE_USER_HEADER } from '../../contract/headers.ts';
import { UNGATED_PATHS } from '../../contract/paths.ts';
import { PATIENCE_MS } from '../policy.ts';
import { readBody, ungatedFetch } from './api-call.ts';
import { endsAtMs, isFresh, left, refused, retryAtMs, show, snapshot, wanted } from './core.ts';
import { now } from './elapsed-clock.ts';
import { noteNonce } from './proof-nonce.ts';
import { changed, happen, notify, page } from './store.ts';

export interface AuthFetchInit extends RequestInit {
  /** Nobody asked for this request: it opens no sign-in dialog, and comes back refused when the session is over. */
  background?: boolean;
}

/**
 * Waits for a renewal where one is needed, and sends a request whose token is refused once more after one. An expired
 * prefetch is answered here with 204, and renews nothing. Other origins and signed-out pages pass untouched.
 *
 * Rejects like `fetch`: no network, `signal` aborted, or the page being left. A body that is a stream can be sent only
 * once, so its 401 is handed back.
 */
export async function authFetch(
  input: RequestInfo | URL,
  { background, ...init }: AuthFetchInit = {},
): Promise<Response> {
  const { user } = snapshot;
  const request = new Request(input, init);
  const { origin, pathname } = new URL(request.url);
  if (!user || origin !== location.origin || UNGATED_PATHS.includes(pathname)) return ungatedFetch(request);
  if (!isFresh(now()) && /prefetch/.test([...request.headers.keys()].join()))
    return new Response(null, { status: 204 });
  request.headers.set(PAGE_USER_HEADER, `${user.id}`);
  if (request.method !== 'GET')
    request.headers.set('Idempotency-Key', request.headers.get('Idempotency-Key') ?? crypto.randomUUID());
  // What the framework fetches has its own way to sign in.
  background ||= !pathname.startsWith('/api/');
  request.signal.addEventListener('abort', notify);
  const signal = either(request.signal, page.signal);
  await ready(signal, background);
  const again = !(init.body instanceof ReadableStream) && request.clone();
  const goodUntilMs = endsAtMs;
  const response = await ungatedFetch(request, { signal });
  noteNonce(response);
  if (response.ok) return response;
  const { error } = await readBody(response.clone());
  if (error === 'user_changed') happen(left, '');
  signal.throwIfAborted();
  if (response.status !== 401 || error === 'invalid_credentials') return response;
  happen(refused, goodUntilMs);
  return again && (await ready(signal, background)) ? ungatedFetch(again, { signal }) : response;
}

/** `AbortSignal.any`, also in browsers that are older than it. There the listeners stay until the page goes. */
function either(...signals: AbortSignal[]): AbortSignal {
  if (AbortSignal.any) return AbortSignal.any(signals);
  const both = new AbortController();
  for (const signal of signals) {
    const abort = () => both.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  }
  return both.signal;
}

/**
 * Waits until a request may be sent. When the session is over that is until somebody has signed in again in place;
 * what is done in the background does not ask for that, and gets false. Throws like `fetch` when the server cannot be
 * asked for a while, and when `signal` is aborted.
 */
async function ready(signal: AbortSignal, background: boolean): Promise<boolean> {
  const giveUpAtMs = now() + PATIENCE_MS;
  happen(wanted);
  for (;;) {
    signal.throwIfAborted();
    if (isFresh(now())) return true;
    if (snapshot.state === 'over') {
      if (background) return false;
      happen(show, { waiting: snapshot.waiting + 1 });
      while (snapshot.state === 'over' && !signal.aborted) await changed();
      happen(show, { waiting: snapshot.waiting - 1 });
    } else if (Math.max(now(), retryAtMs) > giveUpAtMs) throw new TypeError('away');
    else await changed();
  }
}

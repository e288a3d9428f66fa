/** `fetch` for the pages, and for what the framework fetches: no request meets an expired token. */
import type { PAGE_USER_HEADER } from '../contract/session.ts';
import { endsAtMs, isFresh, refuse } from './access.ts';
import { readBody, ungatedFetch } from './api-call.ts';
import { noteNonce } from './nonce.ts';
import { leave, look, page, ready } from './renewal.ts';
import { notify, snapshot } from './snapshot.ts';

/** The contract's value; the type holds it, since importing the constant would bring its schemas along. */
const PAGE_USER: typeof PAGE_USER_HEADER = 'Tandem-User';
/** Every path of ours but those that sign in, renew and sign out, which nothing may hold back. */
const GUARDED = /^\/(?!api\/(log|refresh_))/;

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
  if (!snapshot.user) return ungatedFetch(input, init);
  const request = new Request(input, init);
  // Begins with a slash for our own addresses only.
  const path = request.url.replace(location.origin, '');
  if (!GUARDED.test(path)) return ungatedFetch(request);
  const { headers } = request;
  if (!isFresh() && /prefetch/.test([...headers.keys()].join())) return new Response(null, { status: 204 });
  const isApi = path.startsWith('/api/');
  if (isApi) {
    headers.set(PAGE_USER, `${snapshot.user.id}`);
    if (request.method !== 'GET' && !headers.has('Idempotency-Key'))
      headers.set('Idempotency-Key', crypto.randomUUID());
  }
  const isBackground = background || !isApi;

  const signal = AbortSignal.any([request.signal, page.signal]);
  await ready(signal, isBackground);
  const again = !(init.body instanceof ReadableStream) && request.clone();
  const sentWith = endsAtMs;
  const response = await ungatedFetch(request, { signal });
  noteNonce(response);
  if (response.ok) return response;
  const { error } = await readBody(response.clone());
  if (error === 'user_changed') leave();
  signal.throwIfAborted();
  if (response.status !== 401 || error === 'invalid_credentials') return response;
  look();
  if (sentWith === endsAtMs) {
    refuse();
    notify();
  }
  return again && (await ready(signal, isBackground)) ? ungatedFetch(again, { signal }) : response;
}

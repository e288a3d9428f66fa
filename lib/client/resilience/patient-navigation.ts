/** A link that is clicked while the server cannot be reached waits for it. The framework would leave the page for the browser's own error. */
import { saysAway } from '../../contract/database-away.ts';
import { NAVIGATION_RETRY_MAX_MS, RETRY_FIRST_MS } from '../policy.ts';
import { dispatch, getState } from '../session/store.ts';

/** What a gateway answers for a server that restarts. */
const GATEWAY_STATUSES = [502, 503, 504];

/**
 * Wraps the window's `fetch` once more, after the gate: what the router fetches for a click is fetched again until it is
 * answered. A prefetch is fetched once, and the router gets no page that could not be made. Everything else passes untouched.
 */
export function installPatientNavigation(): void {
  if (typeof window !== 'object') return;
  const gated = window.fetch;
  window.fetch = async (input, init) => {
    if (input instanceof Request || !isRouterRequest(new URL(input, location.href), init)) return gated(input, init);
    if (!isPrefetch(init)) return untilAnswered(() => gated(input, init));
    return (await whole(await gated(input, init))) ?? new Response(null, { status: 204 });
  };
}

/** The router gives an address and plain headers. */
function isRouterRequest({ origin }: URL, { method = 'GET', headers }: RequestInit = {}): boolean {
  return method === 'GET' && new Headers(headers).has('rsc') && origin === location.origin;
}

function isPrefetch({ headers }: RequestInit = {}): boolean {
  const sent = new Headers(headers);
  return sent.has('next-router-prefetch') || sent.has('next-router-segment-prefetch');
}

async function untilAnswered(send: () => Promise<Response>): Promise<Response> {
  for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(2 * waitMs, NAVIGATION_RETRY_MAX_MS)) {
    const response = await send().then(whole).catch(unreachable);
    if (response) {
      if (waitMs > RETRY_FIRST_MS) dispatch({ type: 'navigated', isReached: true });
      return response;
    }
    dispatch({ type: 'navigated', isReached: false });
    await pause(waitMs * (1 - Math.random() / 2));
  }
}

/** Undefined for a page that could not be made for now. Rejects when the answer breaks off: the router would put an error in the page's place. */
async function whole(response: Response): Promise<Response | undefined> {
  const pageData = await response.clone().text();
  return GATEWAY_STATUSES.includes(response.status) || saysAway(pageData) ? undefined : response;
}

/** A click that was overtaken is given up. On a page that is being left the router waits for ever, or it would go where the click led. */
function unreachable(error: unknown): undefined | Promise<never> {
  if (getState().isLeaving) return new Promise(() => {});
  if (!(error instanceof TypeError)) throw error;
  return undefined;
}

/** Ends early when the network is back. */
function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    addEventListener('online', done);
  });
}

/** A link clicked while the server cannot be reached waits for it, since the framework would leave the open page for the browser's own error. */
import { saysAway } from '../../contract/database-away.ts';
import { NAVIGATION_RETRY_MAX_MS, RETRY_FIRST_MS } from '../policy.ts';
import { isLeft, show, snapshot } from '../session/core.ts';
import { happen } from '../session/store.ts';

/** What a gateway answers in the place of a server that is being restarted. */
const GATEWAY_STATUSES = [502, 503, 504];

/**
 * Wraps the window's `fetch` once more, after the gate: what the router fetches for a click is asked for again until an answer
 * comes. A prefetch is asked for once; the router does not get to keep a page that could not be made. Everything else passes untouched.
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
      if (waitMs > RETRY_FIRST_MS && snapshot.state === 'live') happen(show, { notice: 'recovered' });
      return response;
    }
    happen(show, { notice: navigator.onLine ? 'away' : 'offline' });
    await pause(waitMs * (1 - Math.random() / 2));
  }
}

/** Undefined where the page could not be made for now, and rejects where the answer breaks off: the router would put an error in the page's place. */
async function whole(response: Response): Promise<Response | undefined> {
  const pageData = await response.clone().text();
  return GATEWAY_STATUSES.includes(response.status) || saysAway(pageData) ? undefined : response;
}

/** A click that was overtaken is no longer waited for. On a page that is being left the router waits for ever, or it would go where the click led. */
function unreachable(error: unknown): undefined | Promise<never> {
  if (isLeft) return new Promise(() => {});
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

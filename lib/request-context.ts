/** What is known of the request that runs, in pages, handlers and middleware. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from './process-wide.ts';

export interface RequestContext {
  /** Also in the answer, as `X-Request-Id`. */
  requestId: string;
  method: string;
  /** The route's pattern, never the address itself: `/api/sessions/{id}`. */
  route: string;
  address: string;
  /** Known once the request has been authenticated. */
  userId?: number;
}

const storage = () => processWide('request-context', () => new AsyncLocalStorage<RequestContext>());

export function withRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage().run(context, work);
}

/** Undefined outside a request, and for a request that came before the server was guarded. */
export function requestContext(): RequestContext | undefined {
  return storage().getStore();
}

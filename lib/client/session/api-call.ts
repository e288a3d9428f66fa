/** The session's own three calls: sign in, refresh, sign out. They never throw, and always end. */

import type { ErrorBody } from '../../contract/error.ts';
import type { CookieLoginAnswer } from '../../contract/session.ts';
import { CALL_MAX_MS } from '../policy.ts';
import { nonce } from './proof-nonce.ts';
import { withProof } from './with-proof.ts';

/** The window's `fetch` before `installFetchGate` replaces it. */
export const ungatedFetch = globalThis.fetch;

type Body = Partial<CookieLoginAnswer & ErrorBody>;

/** With a proof of the session's key where there is one. */
const send = withProof(ungatedFetch, nonce);

/** What came of our API's bodies; empty for what is not JSON, such as a proxy's page. */
export function readBody(response: Response): Promise<Body> {
  return response.json().catch(() => ({}));
}

/** Not `ok` and without an `error`: no network, not in time, aborted, or the answer of another server. */
export async function call(
  method: string,
  path: string,
  body?: string,
  abort = new AbortController(),
): Promise<Body & { ok?: boolean; retryAfterSeconds?: number }> {
  setTimeout(() => abort.abort(), CALL_MAX_MS);
  try {
    const response = await send(path, {
      method,
      body,
      headers: { 'Content-Type': 'application/json' },
      signal: abort.signal,
    });
    return {
      ok: response.ok,
      retryAfterSeconds: Number(response.headers.get('Retry-After')),
      ...(await readBody(response)),
    };
  } catch {
    return {};
  }
}

/** Send a change of the account and return the refusal, if any. */
import { session } from '../../../lib/client/session/session.ts';
import type { ErrorBody } from '../../../lib/contract/error.ts';

const UNREACHABLE = { error: 'unavailable', message: 'Can’t reach the server. Try again.' } as const;

/** Return null on success. Never throws. */
export async function sendChange(method: 'PUT' | 'DELETE', path: string, body: object): Promise<ErrorBody | null> {
  try {
    const response = await session.fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    // Our own API, which checks what it sends.
    return response.ok ? null : ((await response.json()) as ErrorBody);
  } catch {
    return UNREACHABLE;
  }
}

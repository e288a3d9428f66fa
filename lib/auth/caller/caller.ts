/** The caller of a request: its address and its user agent. */
import { requestContext } from '../../request-context.ts';

export interface Caller {
  address: string;
  userAgent: string;
}

const USER_AGENT_MAX_CHARS = 300;

/** The address is the one that the guard of the server has found, never one that a header claims: `unknown` for a request it has not seen. */
export function callerOf(headers: Headers): Caller {
  return {
    address: requestContext()?.address ?? 'unknown',
    userAgent: (headers.get('user-agent') ?? '').slice(0, USER_AGENT_MAX_CHARS),
  };
}

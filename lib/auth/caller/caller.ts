/** The caller of a request: its address and its user agent. */

export interface Caller {
  address: string;
  userAgent: string;
}

const USER_AGENT_MAX_CHARS = 300;

/** `scripts/serve.ts` overwrites `x-forwarded-for` with the one address that `TRUST_PROXY` lets us believe. */
export function callerOf(headers: Headers): Caller {
  return {
    address: headers.get('x-forwarded-for') ?? '',
    userAgent: (headers.get('user-agent') ?? '').slice(0, USER_AGENT_MAX_CHARS),
  };
}

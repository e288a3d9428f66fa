/** What the headers of one request say about its sender. Parsed once; nothing in it is verified. */
import { callerOf } from '../caller/caller.ts';
import { hintedUser, readCookies } from './cookies.ts';

/** `Authorization` wins over cookies (RFC 6750 2.1). */
export type Credential =
  | { via: 'authorization'; token: string }
  | {
      via: 'cookie';
      accessTokens: readonly string[];
      refreshSeals: readonly string[];
      /** The user that the session hint names. */
      hintedUser: number | null;
      /** Says of itself that it is a browser (`Sec-Fetch-Site`). */
      isBrowser: boolean;
    };

export type Sender = ReturnType<typeof readSender>;

export function readSender(headers: Headers) {
  const token = authorizationToken(headers);
  const cookies = readCookies(headers);
  const credential: Credential =
    token !== null
      ? { via: 'authorization', token }
      : {
          via: 'cookie',
          accessTokens: cookies.access_token,
          refreshSeals: cookies.refresh_token,
          hintedUser: hintedUser(cookies),
          isBrowser: headers.has('sec-fetch-site'),
        };
  return {
    credential,
    cookies,
    /** The `DPoP` header (RFC 9449 4.1). */
    proof: headers.get('dpop'),
    /** The browser could not refresh by its own key (Device Bound Session Credentials). */
    skipsBrowserRefresh: headers.has('secure-session-skipped'),
    caller: callerOf(headers),
  };
}

/**
 * Null without the header and for a scheme of somebody else's: a proxy may ask for Basic. Anything after `Bearer` or `DPoP` that is not one
 * token is an empty token, which verifies as nothing.
 */
function authorizationToken(headers: Headers): string | null {
  const [scheme = '', ...rest] = (headers.get('authorization') ?? '').split(/([ \t].*)/);
  if (!/^(?:Bearer|DPoP)$/i.test(scheme)) return null;
  return /^ +(\S+)$/.exec(rest.join(''))?.[1] ?? '';
}

/** The page that makes the DPoP proof for a session that is bound to a key, before the page that was asked for opens. */
import { randomBytes } from 'node:crypto';
import { proofNonce } from '../../../lib/auth/binding/proof-nonce.ts';
import { fullName } from '../../../lib/auth/request/cookies.ts';
import {
  OPENING_SETTINGS,
  type OpeningPage,
  refreshOnOpening,
} from '../../../lib/client/session/refresh-on-opening.ts';
import { withProof } from '../../../lib/client/session/with-proof.ts';
import { barePage } from '../../../lib/http/bare-page.ts';
import { loginPath } from '../../../lib/http/safe-path.ts';

const NONCE_BYTES = 16;
const AWAY =
  '<main hidden><h1>Reconnecting…</h1><p>The server cannot be reached for a moment. Nothing you placed or wrote is lost, and you are still signed in. This page tries again by itself.</p></main>';

/** `returnTo` must have gone through `safePath`; `login` is the address for a session that is not live. Sets no cookie: its script's request does. */
export function proofPage(returnTo: string, login: string, now: Date): Response {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const page: OpeningPage = {
    returnTo,
    login,
    loginForKey: loginPath(returnTo, { notice: 'key' }),
    loginForCookies: loginPath(returnTo, { notice: 'cookies' }),
    hintCookie: fullName('session_hint'),
  };
  const send = `(${withProof})((path, init) => fetch(path, init), ${literal({ last: proofNonce(now) })})`;
  const script = `(${refreshOnOpening})(${send}, ${literal(page)}, ${literal(OPENING_SETTINGS)})`;
  return barePage({
    title: 'One moment · Tandem',
    body: `${AWAY}${withoutScript(loginPath(returnTo, { notice: 'script' }))}<script nonce="${nonce}">${script}</script>`,
    policy: [`script-src 'nonce-${nonce}'`, "connect-src 'self'"],
  });
}

function withoutScript(login: string): string {
  return `<noscript><h1>This session needs JavaScript</h1><p>It is bound to a key in this browser, and only a script can use that. Turn JavaScript on and open the page again, or <a href="${escaped(login)}">sign in without it</a>.</p></noscript>`;
}

/** JSON for a script element: nothing in it ends the element or a line. */
function literal(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

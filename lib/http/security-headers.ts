/** Policies that depend on the answer. The headers that never change are in `next.config.js`. */
import { randomBytes } from 'node:crypto';

/** Two years; browsers take a site into their preload lists from one year on. */
export const HSTS = 'max-age=63072000; includeSubDomains';

/** An answer of the API is never a document: nothing in it may run or be framed, should a browser draw it as one. */
export const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const NONCE_BYTES = 16;
/** Where browsers report what the policy has stopped; Firefox knows the first name of it only, Chromium prefers the second. */
const REPORT_PATH = '/api/csp-report';
const REPORT_GROUP = 'csp';
/** What `report-to` in the policy of a page refers to. */
export const REPORTING_ENDPOINTS = `${REPORT_GROUP}="${REPORT_PATH}"`;

/** For one answer alone. */
export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64');
}

/** Next reads the nonce from this policy on the *request* and stamps its own scripts with it. `next dev` evaluates code, injects styles and talks over a WebSocket. */
export function pagePolicy(nonce: string, { dev }: { dev: boolean }): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${dev ? " 'unsafe-inline'" : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "object-src 'none'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${REPORT_PATH}`,
    `report-to ${REPORT_GROUP}`,
  ].join('; ');
}

/** For our own inline script; undefined where middleware has set no policy. */
export function nonceOf(policy: string | null): string | undefined {
  return policy?.match(/'nonce-([^']+)'/)?.[1];
}

/** `/api` and everything below it. As exact as Next's router, to which `/API` is a page. */
export function isApi(path: string): boolean {
  return /^\/api(?:[/?#]|$)/.test(path);
}

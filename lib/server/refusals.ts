/** Refuses requests that Next would answer with 500, with an HTML page, or not at all, and addresses that it would route otherwise than they look. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorBody } from '../contract/error.ts';
import { isDevelopment } from '../env.ts';
import { ERRORS } from '../errors.ts';
import { BODY_MAX_BYTES } from '../http/body.ts';
import { API_POLICY, HSTS, isApi } from '../http/security-headers.ts';
import type { ParserRefusal } from './parser-refusal.ts';
import { headProblem } from './request-head.ts';
import { routeName } from './route-name.ts';

/** The methods that Next routes. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const FILES = /^\/+_next\//i;
const FILE_METHODS = new Set(['GET', 'HEAD']);
/** Others of Next's own addresses, which Tandem does not use: `image` answers 500 to what is no picture, `data` opens pages past `middleware.ts`. */
const UNUSED = /^\/_next\/(?!static\/)/;
/** A segment `.` or `..`, which Next resolves before it routes. No browser sends one. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
/** A form without JavaScript may be posted to a page. */
const PAGE_METHODS = new Set(['GET', 'HEAD', 'POST']);

/** `next.config.js` sets the headers of every other answer. */
const REFUSAL_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': API_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const CLOSE = { Connection: 'close' };

interface Refusal {
  status: number;
  body?: ErrorBody;
  headers?: Record<string, string>;
}

/** Undefined for a request that Next may answer. */
export function guardRefusal(request: IncomingMessage, path: string): Refusal | undefined {
  const { method = '' } = request;
  const problem = headProblem(request);
  if (problem) return refusal(400, 'invalid_request', problem, CLOSE);
  if (method === 'OPTIONS' && path === '*') return { status: 204, headers: allow(METHODS) };
  if (!METHODS.has(method)) return refusal(501, 'method_not_allowed', 'This method is not implemented.');
  if (!isReadable(path)) return refusal(400, 'invalid_request', 'The address is malformed.');
  // Next answers 500 where it means 405 (vercel/next.js 92141).
  if (FILES.test(path) && !FILE_METHODS.has(method))
    return refusal(405, 'method_not_allowed', 'Files can only be read.', allow(FILE_METHODS));
  if (!isDevelopment() && UNUSED.test(path)) return refusal(404, 'not_found', ERRORS.not_found[2]);
  // Pages read no body, and Next keeps up to 10 MB of it for middleware.
  if (isPage(path) && mayBeLarge(request))
    return refusal(413, 'payload_too_large', 'Pages take no body of this size.', CLOSE);
  // Next renders the page for any method, and answers 400 to OPTIONS.
  if (!isKnownPage(path) || PAGE_METHODS.has(method)) return undefined;
  const headers = allow([...PAGE_METHODS, 'OPTIONS']);
  if (method === 'OPTIONS') return { status: 204, headers };
  return refusal(405, 'method_not_allowed', 'Pages can only be read.', headers);
}

function refusal(status: number, error: ErrorBody['error'], message: string, headers = {}): Refusal {
  return { status, body: { error, message }, headers };
}

function allow(methods: Iterable<string>): Record<string, string> {
  return { Allow: [...methods].join(', ') };
}

function mayBeLarge({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > BODY_MAX_BYTES;
}

function isReadable(address: string): boolean {
  const [path = ''] = address.split('?', 1);
  try {
    decodeURIComponent(path);
    return path.startsWith('/') && !DOT_SEGMENT.test(path);
  } catch {
    return false;
  }
}

export function refuse(response: ServerResponse, { status, body, headers }: Refusal, asJson: boolean): void {
  const type = asJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(status, { ...REFUSAL_HEADERS, ...headers, ...(body && { 'Content-Type': type }) });
  response.end(body && (asJson ? JSON.stringify(body) : `${body.message}\n`));
}

/** As bytes, since a request that cannot be parsed has no response object. */
export function rawRefusal({ status, contentType, body, sendsBody }: ParserRefusal, https: boolean): string {
  const headers = {
    ...REFUSAL_HEADERS,
    ...(https && { 'Strict-Transport-Security': HSTS }),
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': contentType,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${sendsBody ? body : ''}`;
}

function isKnownPage(path: string): boolean {
  return isPage(path) && routeName(path) !== 'other';
}

export function isPage(path: string): boolean {
  return !isApi(path) && !path.startsWith('/_next/');
}

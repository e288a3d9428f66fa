/** Refuses requests that Next would answer with 500, with an HTML page, or not at all, and addresses that it would route otherwise than they look. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorBody } from '../contract/error.ts';
import { isDevelopment } from '../env.ts';
import { BODY_MAX_BYTES } from '../http/body.ts';
import { API_POLICY, HSTS, isApi } from '../http/security-headers.ts';
import type { ParserRefusal } from './parser-refusal.ts';
import { headProblem } from './request-head.ts';
import { routeName } from './route-name.ts';

/** The methods that Next routes. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Next's own files. */
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

export interface Refusal {
  status: number;
  body?: ErrorBody;
  headers?: Record<string, string>;
}

/** Undefined for a request that Next may answer. */
export function refusalOf(request: IncomingMessage, path: string): Refusal | undefined {
  const { method = '' } = request;
  const problem = headProblem(request);
  if (problem) {
    const headers = { Connection: 'close' };
    return { status: 400, body: { error: 'invalid_request', message: problem }, headers };
  }
  if (method === 'OPTIONS' && path === '*') return { status: 204, headers: { Allow: [...METHODS].join(', ') } };
  if (!METHODS.has(method)) {
    return { status: 501, body: { error: 'method_not_allowed', message: 'This method is not implemented.' } };
  }
  if (!isReadable(path)) {
    return { status: 400, body: { error: 'invalid_request', message: 'The address is malformed.' } };
  }
  // Next answers 500 where it means 405 (vercel/next.js 92141).
  if (FILES.test(path) && !FILE_METHODS.has(method)) {
    const body: ErrorBody = { error: 'method_not_allowed', message: 'Files can only be read.' };
    return { status: 405, body, headers: { Allow: [...FILE_METHODS].join(', ') } };
  }
  if (!isDevelopment() && UNUSED.test(path)) {
    return { status: 404, body: { error: 'not_found', message: 'There is nothing at this address.' } };
  }
  // Pages read no body, and Next keeps up to 10 MB of it for middleware.
  if (isPage(path) && mayBeLarge(request)) {
    const body: ErrorBody = { error: 'payload_too_large', message: 'Pages take no body of this size.' };
    return { status: 413, body, headers: { Connection: 'close' } };
  }
  // Next renders the page for any method, and answers 400 to OPTIONS.
  if (isKnownPage(path) && !PAGE_METHODS.has(method)) {
    const headers = { Allow: [...PAGE_METHODS, 'OPTIONS'].join(', ') };
    if (method === 'OPTIONS') return { status: 204, headers };
    return { status: 405, body: { error: 'method_not_allowed', message: 'Pages can only be read.' }, headers };
  }
  return undefined;
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

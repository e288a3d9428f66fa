/** Guards Next's HTTP server: limits, time-outs, the client's true address, an id and a log context per request, and a stop that finishes what is running. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '../contract/error.ts';
import { type Env, isDevelopment } from '../env.ts';
import { API_POLICY, HSTS, isApi } from '../http/security-headers.ts';
import { observeRequest } from '../metrics.ts';
import { withRequestContext } from '../request-context.ts';
import { clientAddress } from './client-address.ts';
import { ignoreUpgrades, trackConnections } from './connections.ts';
import { ownNameFor, type PageRequest } from './own-name.ts';
import { type ParserRefusal, parserRefusal } from './parser-refusal.ts';
import { headProblem } from './request-head.ts';
import { routeName } from './route-name.ts';
import { unreadableRouterHeaders } from './router-headers.ts';

/** The whole head of a request. Our own cookies are under 2 KB, so 16 KiB leaves room for what proxies and neighbours add. */
const MAX_HEADER_BYTES = 16_384;
/** A head comes in one packet; a client that needs longer holds a connection for nothing. Node looks every 30 s, so it may take 40 s. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The largest body that is read is some kilobytes, so half a minute does for the slowest line. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s after which common load balancers drop an idle connection: the side that reuses it must close it first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A client that takes nothing of an answer for this long is gone. */
const SILENCE_TIMEOUT_MS = 60_000;
/** The whole answer, for a client that takes it byte by byte. The largest one needs a minute on a modem. */
export const RESPONSE_TIMEOUT_MS = 600_000;
/** How long a refused connection may take to read its refusal. */
const REFUSAL_TIMEOUT_MS = 2_000;

/** What Next routes; everything else is refused here. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Next's own files, which can only be read. */
const FILES = /^\/+_next\//i;
const FILE_METHODS = new Set(['GET', 'HEAD']);
/** A page is drawn for a form that is sent to it, too. */
const PAGE_METHODS = new Set(['GET', 'HEAD', 'POST']);

export interface GuardedServer {
  /** Accepts nothing more and waits for running requests, at most `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>;
}

/** Puts itself before the listeners that `server` has; `first` is a connection that is open already. */
export function guardServer(
  server: Server,
  first: Socket,
  { appOrigin, trustProxy }: Pick<Env, 'appOrigin' | 'trustProxy'>,
): GuardedServer {
  const origin = new URL(appOrigin);
  const https = origin.protocol === 'https:';
  const running = new Set<ServerResponse>();
  let stopping = false;

  setLimits(server, first);
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  // In development pages talk to Next over a WebSocket.
  if (!isDevelopment()) ignoreUpgrades(server);
  const connections = trackConnections(server, first, (socket) =>
    [...running].some(({ req }) => req.socket === socket),
  );

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const requestId = randomUUID();
    const address = clientAddress(request.socket.remoteAddress, joined(request, 'x-forwarded-for'), trustProxy);
    const context = { requestId, method: request.method ?? '', route: routeName(path), address };
    const startedAt = performance.now();
    setOwnHeaders(request, {
      'x-forwarded-for': address,
      'x-forwarded-host': origin.host,
      'x-forwarded-port': portOf(origin),
      'x-forwarded-proto': https ? 'https' : 'http',
      'x-request-id': requestId,
    });
    response.setHeader('X-Request-Id', requestId);
    if (https) response.setHeader('Strict-Transport-Security', HSTS);
    running.add(response);
    if (stopping) response.shouldKeepAlive = false;
    const deadline = setTimeout(() => response.destroy(), RESPONSE_TIMEOUT_MS).unref();
    response.once('close', () => {
      clearTimeout(deadline);
      running.delete(response);
      const { method, route } = context;
      observeRequest({ method, route, status: response.statusCode }, (performance.now() - startedAt) / 1_000);
      // Only in the next turn does Node count the connection as idle.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
    const refusal = refusalOf(request, path);
    const ownName = ownNameFor(pageRequest(request), appOrigin);
    if (refusal) refuse(response, refusal, isApi(path));
    else if (ownName) response.writeHead(307, { 'Cache-Control': 'no-store', Location: ownName }).end();
    else
      withRequestContext(context, () => {
        for (const listen of listeners) listen.call(server, request, response);
      });
  });

  // Other expectations than `100-continue` may be refused or ignored (RFC 9110 10.1.1); Node's refusal has neither our headers nor our body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex) => {
    const halfAnswered = [...running].some((response) => response.socket === socket && response.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || halfAnswered) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(parserRefusal(error.code, error.rawPacket), https));
    setTimeout(() => socket.destroy(), REFUSAL_TIMEOUT_MS).unref();
  });

  return {
    stop: () => {
      stopping = true;
      for (const response of running) response.shouldKeepAlive = false;
      return connections.close();
    },
  };
}

function setLimits(server: Server, first: Socket): void {
  Object.assign(server, {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Node's refusal has no body; ours has.
    requireHostHeader: false,
  });
  // In development the first answer waits for a compilation.
  if (isDevelopment()) return;
  server.timeout = SILENCE_TIMEOUT_MS;
  first.setTimeout(SILENCE_TIMEOUT_MS);
}

/**
 * Next means to say 412 and 416 and fails with 500, since there are no pages for them; nobody needs a part of a file of ours. For an action,
 * of which we have none, it writes an error into the log.
 */
const NOT_FOR_NEXT = ['if-match', 'if-unmodified-since', 'next-action', 'range'];

/** These are ours alone: what the client sent under the same name is gone. */
function setOwnHeaders(request: IncomingMessage, own: Record<string, string>): void {
  const foreign = ['content-security-policy', 'content-security-policy-report-only', 'forwarded', ...NOT_FOR_NEXT];
  for (const name of [...foreign, ...unreadableRouterHeaders(request.headers)]) delete request.headers[name];
  Object.assign(request.headers, own);
}

/** Next's configuration sets the headers of every other answer. */
const REFUSAL_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': API_POLICY,
  'X-Content-Type-Options': 'nosniff',
};

interface Refusal {
  status: number;
  body?: ErrorBody;
  headers?: Record<string, string>;
}

/** Requests that Next would answer with an HTML page, or not understand. */
function refusalOf(request: IncomingMessage, path: string): Refusal | undefined {
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
  // Next means to say 405 and fails with 500, since there is no page for it.
  if (FILES.test(path) && !FILE_METHODS.has(method)) {
    const body: ErrorBody = { error: 'method_not_allowed', message: 'Files can only be read.' };
    return { status: 405, body, headers: { Allow: [...FILE_METHODS].join(', ') } };
  }
  // Next draws the page for any method, and answers 400 to OPTIONS.
  if (isKnownPage(path) && !PAGE_METHODS.has(method)) {
    const headers = { Allow: [...PAGE_METHODS, 'OPTIONS'].join(', ') };
    if (method === 'OPTIONS') return { status: 204, headers };
    return { status: 405, body: { error: 'method_not_allowed', message: 'Pages can only be read.' }, headers };
  }
  return undefined;
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?', 1)[0] ?? '');
    return path.startsWith('/');
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, { status, body, headers }: Refusal, asJson: boolean): void {
  const type = asJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(status, { ...REFUSAL_HEADERS, ...headers, ...(body && { 'Content-Type': type }) });
  response.end(body && (asJson ? JSON.stringify(body) : `${body.message}\n`));
}

/** Without a request there is no response to write it with. */
function rawAnswer({ status, contentType, body }: ParserRefusal, https: boolean): string {
  const headers = {
    ...REFUSAL_HEADERS,
    ...(https && { 'Strict-Transport-Security': HSTS }),
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': contentType,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}

function isKnownPage(path: string): boolean {
  return isPage(path) && routeName(path) !== 'other';
}

function isPage(path: string): boolean {
  return !isApi(path) && !path.startsWith('/_next/');
}

function pageRequest({ method = '', url = '/', headers }: IncomingMessage): PageRequest {
  const mode = headers['sec-fetch-mode'];
  return {
    method,
    path: url,
    host: headers.host,
    accept: headers.accept,
    fetchMode: typeof mode === 'string' ? mode : undefined,
  };
}

function portOf(origin: URL): string {
  return origin.port || (origin.protocol === 'https:' ? '443' : '80');
}

function joined(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

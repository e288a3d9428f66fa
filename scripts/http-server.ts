/** The edge of the process: limits, time-outs, the headers no client may choose, and a stop that finishes what is running. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '../lib/contract/error.ts';
import { clientAddress } from '../lib/http/client-address.ts';
import { ignoreUpgrades, trackConnections } from '../lib/http/connections.ts';
import { ownNameFor, type PageRequest } from '../lib/http/own-name.ts';
import { type ParserRefusal, parserRefusal } from '../lib/http/parser-refusal.ts';
import { headProblem } from '../lib/http/request-head.ts';
import { routeName } from '../lib/http/route-name.ts';
import { unreadableRouterHeaders } from '../lib/http/router-headers.ts';
import { isApi, pagePolicy, securityHeaders } from '../lib/http/security-headers.ts';
import { logError } from '../lib/log.ts';
import { observeRequest } from '../lib/metrics.ts';
import { withRequestContext } from '../lib/request-context.ts';

/** The whole head of a request. Our own cookies are under 2 KB, so 16 KiB leaves room for what proxies and neighbours add. */
const MAX_HEADER_BYTES = 16_384;
/** A head comes in one packet; who needs longer holds a connection for nothing. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The largest body we take is some kilobytes, so half a minute does for the slowest line. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s after which common load balancers drop an idle connection: the side that reuses it must close it first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A client that takes nothing of our answer for this long is gone. */
const SILENCE_TIMEOUT_MS = 60_000;
/** The whole answer, for a client that takes it byte by byte. Our largest one needs a minute on a modem. */
export const RESPONSE_TIMEOUT_MS = 600_000;
/** How often the first two are looked at; Node's 30 s would let them be exceeded fourfold. */
const TIMEOUT_CHECK_MS = 2_000;
/** How long a refused connection may take to read its refusal. */
const REFUSAL_TIMEOUT_MS = 2_000;

/** Middleware's matcher names it too. It lets nobody in: every page asks who is there once more, next to its data. */
const SIGNED_IN_HEADER = 'tandem-signed-in';
const NONCE_BYTES = 16;
/** What Next routes; everything else is answered here. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Next's own files, which can only be read. */
const FILES = /^\/+_next\//i;
const FILE_METHODS = new Set(['GET', 'HEAD']);
/** A page is drawn for a form that is sent to it, too. */
const PAGE_METHODS = new Set(['GET', 'HEAD', 'POST']);

export interface HttpServerOptions {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  appOrigin: string;
  trustProxy: number;
  dev: boolean;
  /** Whether the request carries a live access token. */
  isSignedIn: (headers: IncomingMessage['headers']) => Promise<boolean>;
}

export interface HttpServer {
  server: Server;
  /** Accepts nothing more, waits for running requests, at most `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>;
}

export function createHttpServer({ handle, appOrigin, trustProxy, dev, isSignedIn }: HttpServerOptions): HttpServer {
  const origin = new URL(appOrigin);
  const https = origin.protocol === 'https:';
  const running = new Set<ServerResponse>();
  let stopping = false;

  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // Node's refusal has no body; ours has.
    requireHostHeader: false,
  });
  // In development the first answer waits for a compilation.
  server.timeout = dev ? 0 : SILENCE_TIMEOUT_MS;
  // In development pages talk to Next over a WebSocket.
  if (!dev) ignoreUpgrades(server);
  const connections = trackConnections(server, (socket) => [...running].some(({ req }) => req.socket === socket));

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    const requestId = randomUUID();
    const address = clientAddress(request.socket.remoteAddress, joined(request, 'x-forwarded-for'), trustProxy);
    const context = { requestId, method: request.method ?? '', route: routeName(path), address };
    const startedAt = performance.now();
    setOwnHeaders(request, {
      'content-security-policy': pagePolicy({ nonce, dev }),
      'x-forwarded-for': address,
      'x-forwarded-host': origin.host,
      'x-forwarded-port': portOf(origin),
      'x-forwarded-proto': https ? 'https' : 'http',
      'x-request-id': requestId,
    });
    setDefaults(response, { ...securityHeaders(path, { nonce, https, dev }), 'X-Request-Id': requestId });
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
    else withRequestContext(context, () => pass(request, response).catch((error: unknown) => failed(response, error)));
  });

  /** Spares the page of who is signed in the way through middleware, which costs a fifth of a page and would only let it pass. */
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isPage(request.url ?? '/') && (await isSignedIn(request.headers))) request.headers[SIGNED_IN_HEADER] = '1';
    await handle(request, response);
  }

  // Other expectations than `100-continue` may be refused or left alone (RFC 9110 10.1.1); Node's refusal has neither our headers nor our body.
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
    server,
    stop: () => {
      stopping = true;
      for (const response of running) response.shouldKeepAlive = false;
      return connections.close();
    },
  };
}

/**
 * Next means to say 412 and 416 and fails with 500, since there are no pages for them; nobody needs a part of a file of ours. For an action,
 * of which we have none, it writes an error into the log.
 */
const NOT_FOR_NEXT = ['if-match', 'if-unmodified-since', 'next-action', 'range'];

/** These are ours alone: what the client sent under the same name is gone. */
function setOwnHeaders(request: IncomingMessage, own: Record<string, string>): void {
  const foreign = ['content-security-policy-report-only', 'forwarded', SIGNED_IN_HEADER, ...NOT_FOR_NEXT];
  for (const name of [...foreign, ...unreadableRouterHeaders(request.headers)]) delete request.headers[name];
  Object.assign(request.headers, own);
}

/** Added when the head is written and not before, because Next takes a header that is there already for its own. */
function setDefaults(response: ServerResponse, defaults: Record<string, string>): void {
  const writeHead = response.writeHead;
  // The wrapper hands all arguments on, whichever overload was called.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    for (const [name, value] of Object.entries(defaults)) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
    return writeHead.apply(response, args);
  }) as typeof writeHead;
}

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
  response.writeHead(status, { ...headers, 'Cache-Control': 'no-store', ...(body && { 'Content-Type': type }) });
  response.end(body && (asJson ? JSON.stringify(body) : `${body.message}\n`));
}

function failed(response: ServerResponse, error: unknown): void {
  logError('request_failed', error);
  if (response.headersSent) response.destroy();
  else
    refuse(
      response,
      { status: 500, body: { error: 'internal_error', message: 'Something failed on our side.' } },
      true,
    );
}

/** Without a request there is no response to write it with. */
function rawAnswer({ status, contentType, body }: ParserRefusal, https: boolean): string {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const headers = {
    ...securityHeaders('/api', { nonce, https, dev: false }),
    'Cache-Control': 'no-store',
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

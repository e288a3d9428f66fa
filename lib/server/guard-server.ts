/** Guards Next's HTTP server: limits, time-outs, the client's true address, an id and a log context per request, and a stop that finishes what is running. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Env, isDevelopment } from '../env.ts';
import { HSTS, isApi } from '../http/security-headers.ts';
import { observeRequest } from '../metrics.ts';
import { withRequestContext } from '../request-context.ts';
import { clientAddress } from './client-address.ts';
import { ignoreUpgrades, trackConnections } from './connections.ts';
import { ownNameFor } from './own-name.ts';
import { parserRefusal } from './parser-refusal.ts';
import { guardRefusal, isPage, rawRefusal, refuse } from './refusals.ts';
import { routeName } from './route-name.ts';
import { unreadableRouterHeaders } from './router-headers.ts';

/** The whole head of a request. Tandem's cookies are under 2 KB, so 16 KiB leaves room for what proxies and other sites of the domain add. */
const MAX_HEADER_BYTES = 16_384;
/** A head comes in one packet; a client that needs longer holds a connection for nothing. Node looks every 30 s, so it may take 40 s. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The largest body has some kilobytes, so half a minute is enough for the slowest line. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s after which common load balancers drop an idle connection: the side that reuses it must close it first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A client that reads nothing of an answer for this long is gone. */
const SILENCE_TIMEOUT_MS = 60_000;
/** The whole answer, for a client that reads it byte by byte. The largest one takes a minute on a modem. */
export const RESPONSE_TIMEOUT_MS = 600_000;
/** How long a refused connection may take to read its refusal. */
const REFUSAL_TIMEOUT_MS = 2_000;

export interface GuardedServer {
  /** Accept nothing more and wait for running requests, at most `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>;
}

/** Put the guard before the `request` listeners of `server`. `first` is a connection that is open already. */
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
    const address = clientAddress(
      request.socket.remoteAddress,
      String(request.headers['x-forwarded-for'] ?? ''),
      trustProxy,
    );
    const context = { requestId, method: request.method ?? '', route: routeName(path), address };
    const startedAt = performance.now();
    setOwnHeaders(request, {
      'x-forwarded-for': address,
      'x-forwarded-host': origin.host,
      'x-forwarded-port': origin.port || (https ? '443' : '80'),
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
      // Node counts the connection as idle only in the next turn of the event loop.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
    const refusal = guardRefusal(request, path);
    const ownName = ownNameFor(request, appOrigin);
    if (refusal) refuse(response, refusal, isApi(path));
    else if (ownName) refuse(response, { status: 307, headers: { Location: ownName } }, false);
    else
      withRequestContext(context, () => {
        for (const listen of listeners) listen.call(server, request, response);
      });
  });

  // An expectation other than `100-continue` may be ignored (RFC 9110 10.1.1). Node's refusal of it has no body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex) => {
    const halfAnswered = [...running].some((response) => response.socket === socket && response.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || halfAnswered) {
      socket.destroy();
      return;
    }
    socket.end(rawRefusal(parserRefusal(error.code, error.rawPacket), https));
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
    // `refusals.ts` refuses it with a body, which Node does not.
    requireHostHeader: false,
  });
  // In development the first answer waits for a compilation.
  if (isDevelopment()) return;
  server.timeout = SILENCE_TIMEOUT_MS;
  first.setTimeout(SILENCE_TIMEOUT_MS);
}

/**
 * Next answers 500 where it means 412 or 416 (vercel/next.js 92141), and nobody needs a part of these small files. It logs an error
 * for an unknown server action, and there are none: neither by this header nor in a form that is posted to a page.
 */
const NOT_FOR_NEXT = ['if-match', 'if-unmodified-since', 'next-action', 'range'];
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/i;

/** Replace what the client sent under these names. */
function setOwnHeaders(request: IncomingMessage, own: Record<string, string>): void {
  const foreign = ['content-security-policy', 'content-security-policy-report-only', 'forwarded', ...NOT_FOR_NEXT];
  if (isPage(request.url ?? '/') && FORM.test(request.headers['content-type'] ?? '')) foreign.push('content-type');
  for (const name of [...foreign, ...unreadableRouterHeaders(request.headers)]) delete request.headers[name];
  Object.assign(request.headers, own);
}

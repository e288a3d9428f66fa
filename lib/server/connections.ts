/** Bounds every connection of a server: none is upgraded, and none outlives the server's stop. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long running requests may take when the server stops. */
export const STOP_TIMEOUT_MS = 8_000;
/** The whole stop, the database included. */
export const EXIT_TIMEOUT_MS = 10_000;
/** How long idle connections stay open when the server stops: one may be about to send its first request. */
const STOP_GRACE_MS = 500;

/**
 * Answer every `Upgrade` request like any other (RFC 9110 7.8). Next's own listener ignores upgrades that it does not know, and
 * their sockets never close: no time-out of the server applies to them.
 */
export function ignoreUpgrades(server: Server): void {
  server.removeAllListeners('upgrade');
  server.on('newListener', (event, listener) => {
    if (event === 'upgrade') queueMicrotask(() => server.off('upgrade', listener));
  });
  // Node drops what follows in the same packet. Closing tells the client so.
  server.prependListener('request', (request, response) => {
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
  });
}

export interface Connections {
  /** Accept nothing more and wait for running requests, at most `STOP_TIMEOUT_MS`. Then cut off every connection. */
  close(): Promise<void>;
}

/**
 * Track all connections, also those that Node's own lists leave out: silent, half-open, upgraded. `first` is open already;
 * `isBusy` says whether a request runs on a connection.
 */
export function trackConnections(
  server: Server,
  first: Socket | null,
  isBusy: (socket: Socket) => boolean,
): Connections {
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  if (first) track(first);
  server.on('connection', track);
  const cutOff = (isSpared: (socket: Socket) => boolean) => {
    for (const socket of open) if (!isSpared(socket)) socket.destroy();
  };
  return {
    close: () =>
      new Promise((resolve) => {
        const timers = [
          setTimeout(() => cutOff(isBusy), STOP_GRACE_MS),
          // Not when the server has closed: it waits for connections that are older than the tracking, too.
          setTimeout(() => {
            cutOff(() => false);
            resolve();
          }, STOP_TIMEOUT_MS),
        ];
        server.close(() => {
          timers.forEach(clearTimeout);
          resolve();
        });
      }),
  };
}

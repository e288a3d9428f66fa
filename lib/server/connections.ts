/** Bounds every connection of a server: none is handed over for an upgrade, and none outlives the server's stop. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Running requests get this long when the server stops. */
export const STOP_TIMEOUT_MS = 8_000;
/** The whole stop, the database included. */
export const EXIT_TIMEOUT_MS = 10_000;
/** Connections without a running request, of which a new one may be about to send its first. */
const STOP_GRACE_MS = 500;

/**
 * Every `Upgrade` request is answered like any other (RFC 9110 7.8). Next's own listener, added with the first request, ignores
 * what it does not know, and such a socket stays open for good: no time-out of the server knows it any more.
 */
export function ignoreUpgrades(server: Server): void {
  server.removeAllListeners('upgrade');
  server.on('newListener', (event, listener) => {
    if (event === 'upgrade') queueMicrotask(() => server.off('upgrade', listener));
  });
  // Node drops what follows in the same packet; a close tells the client that it was not read.
  server.prependListener('request', (request, response) => {
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
  });
}

export interface Connections {
  /** Accepts nothing more and waits for running requests, at most `STOP_TIMEOUT_MS`. Whatever is connected then is cut off. */
  close(): Promise<void>;
}

/**
 * Knows connections that Node's own lists leave out: silent, half-open, upgraded. `first` is one that is open already; `isBusy`
 * says whether a request runs on a connection.
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
          setTimeout(() => cutOff(() => false), STOP_TIMEOUT_MS),
        ];
        server.close(() => {
          timers.forEach(clearTimeout);
          resolve();
        });
      }),
  };
}

/** Finds the HTTP server that Next has made, which Next hands to nobody: Node announces it with the first connection. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const CONNECTION = 'net.server.socket';
const REQUEST = 'http.server.request.start';

/**
 * Calls `found` once, before Next sees anything of what `socket` sends from now on. A connection that was there before this call
 * is announced by its next request.
 */
export function findServer(found: (server: Server, socket: Socket) => void): void {
  const onConnection = (message: unknown) => {
    // As Node publishes it; a TCP server's sockets know their server, which Node's types leave out.
    const { socket } = message as { socket: Socket & { server: Server } };
    finish(socket.server, socket);
  };
  const onRequest = (message: unknown) => {
    const { server, request } = message as { server: Server; request: IncomingMessage };
    finish(server, request.socket);
  };
  const finish = (server: Server, socket: Socket) => {
    unsubscribe(CONNECTION, onConnection);
    unsubscribe(REQUEST, onRequest);
    found(server, socket);
  };
  subscribe(CONNECTION, onConnection);
  subscribe(REQUEST, onRequest);
}

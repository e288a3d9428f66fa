/** Finds Next's HTTP server, which Next gives to nobody: Node announces it with the first connection. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const CONNECTION = 'net.server.socket';
const REQUEST = 'http.server.request.start';

/**
 * Call `found` once, before Next sees anything of what `socket` sends. A connection older than this call is announced by its
 * next request.
 */
export function findServer(found: (server: Server, socket: Socket) => void): void {
  const onConnection = (message: unknown) => {
    // The shape that Node publishes. Its types leave out that the socket of a server knows that server.
    const { socket } = message as { socket: Socket & { server: Server } };
    finish(socket.server, socket);
  };
  const onRequest = (message: unknown) => {
    const { server, request } = message as { server: Server; request: IncomingMessage };
    finish(server, request.socket);
  };
  const finish = (server: Server, socket: Socket) => {
    // Another TCP server of the process, such as a debugger's.
    if (server.listenerCount('request') === 0) return;
    unsubscribe(CONNECTION, onConnection);
    unsubscribe(REQUEST, onRequest);
    found(server, socket);
  };
  subscribe(CONNECTION, onConnection);
  subscribe(REQUEST, onRequest);
}

/** A TCP proxy that a test can close, or stall so that it accepts connections without forwarding. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpGate {
  port: number;
  /** Breaks every connection and accepts no new one, like a stopped server. */
  shut(): Promise<void>;
  /** Accepts connections and bytes but forwards nothing, like a network that drops packets. */
  stall(): void;
  open(): Promise<void>;
  /** Forwards the held bytes, and everything from then on. */
  release(): void;
  close(): Promise<void>;
}

export async function startTcpGate(target: { host: string; port: number }): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let stalled = false;
  let server: Server;
  let port = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const listen = async () => {
    server = createServer((incoming) => {
      keep(incoming);
      if (stalled) incoming.pause();
      const outgoing = connect(target);
      keep(outgoing);
      const handOn = () => incoming.pipe(outgoing).pipe(incoming);
      if (stalled) held.push(handOn);
      else handOn();
      incoming.once('close', () => outgoing.destroy());
      outgoing.once('close', () => incoming.destroy());
    }).listen(port);
    await once(server, 'listening');
    // `listen` on a port number gives an `AddressInfo`.
    port = (server.address() as AddressInfo).port;
  };
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const shut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    breakAll();
    await closed;
  };

  await listen();
  return {
    port,
    shut,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    release() {
      stalled = false;
      for (const handOn of held.splice(0)) handOn();
    },
    async open() {
      if (stalled) breakAll();
      stalled = false;
      if (!server.listening) await listen();
    },
    close: shut,
  };
}

/** Tells the other tabs of this browser, at once, that there is something to see. */

/**
 * `in` and `stop`: drop the renewal in flight, somebody is signing in or out. `out`: signed out. `over`: the server has ended
 * the session. `look`: the hint has changed. A message can come late, so the hint decides wherever it can.
 */
export type Message = 'in' | 'stop' | 'out' | 'over' | 'look';

let channel: BroadcastChannel | undefined;

/** Only `tell` posts to it. */
export function openChannel(receive: (event: MessageEvent<Message>) => void): void {
  channel ??= new BroadcastChannel('tandem');
  channel.onmessage = receive;
}

export function tell(message: Message): void {
  channel?.postMessage(message);
}

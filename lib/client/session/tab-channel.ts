/** Tells the other tabs of this browser, at once, that there is something to see. */

/**
 * `in` and `stop`: drop the renewal in flight, somebody is signing in or out. `out`: signed out. `over`: the server has ended
 * the session. `look`: the hint has changed. A message can come late, so the hint decides wherever it can.
 */
export type Message = 'in' | 'stop' | 'out' | 'over' | 'look';

let channel: BroadcastChannel | undefined;

/** Only `tell` posts to it. Where there are no channels, tabs see from the hint what another has done, if later. */
export function openChannel(receive: (event: MessageEvent<Message>) => void): void {
  try {
    channel ??= new BroadcastChannel('tandem');
    channel.onmessage = receive;
  } catch {}
}

export function tell(message: Message): void {
  channel?.postMessage(message);
}

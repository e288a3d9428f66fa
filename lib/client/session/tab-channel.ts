/** Sends messages to the other tabs of this browser. Without `BroadcastChannel` they learn from the hint, if later. */

/**
 * `in`: somebody begins to sign in. `stop`: somebody begins to sign out. `out`: signed out. `over`: the session is revoked.
 * `look`: the hint has changed. Tabs of an older version may be open, so these words stay as they are.
 */
export type TabMessage = 'in' | 'stop' | 'out' | 'over' | 'look';

let channel: BroadcastChannel | undefined;

/** Only then is there a channel to post to. */
export function openChannel(receive: (message: TabMessage) => void): void {
  try {
    channel ??= new BroadcastChannel('tandem');
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => receive(data);
  } catch {}
}

export function post(message: TabMessage): void {
  channel?.postMessage(message);
}

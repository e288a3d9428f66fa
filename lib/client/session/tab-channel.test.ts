/** What tabs of one browser say to each other, those of older versions too. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let channels: TestChannel[];
class TestChannel {
  readonly sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    channels.push(this);
  }

  postMessage(message: unknown): void {
    this.sent.push(message);
  }
}

beforeEach(() => {
  channels = [];
  vi.resetModules();
  vi.stubGlobal('BroadcastChannel', TestChannel);
});
afterEach(() => vi.unstubAllGlobals());

test('a page that has started sends and hears messages on the channel of every version', async () => {
  const { openChannel, post } = await import('./tab-channel.ts');
  const heard: string[] = [];
  post('look');
  openChannel((message) => heard.push(message));
  post('in');
  channels[0]?.onmessage?.({ data: 'out' });
  expect(channels.map(({ name, sent }) => [name, sent])).toEqual([['tandem', ['in']]]);
  expect(heard).toEqual(['out']);
});

test('a page that starts again keeps its channel', async () => {
  const { openChannel } = await import('./tab-channel.ts');
  const heard: string[] = [];
  openChannel((message) => heard.push(`before: ${message}`));
  openChannel((message) => heard.push(`after: ${message}`));
  channels[0]?.onmessage?.({ data: 'over' });
  expect([channels.length, heard]).toEqual([1, ['after: over']]);
});

test('a browser without channels, or one that forbids them, works without', async () => {
  const { openChannel, post } = await import('./tab-channel.ts');
  for (const missing of [
    undefined,
    class {
      constructor() {
        throw new DOMException('Not allowed.', 'SecurityError');
      }
    },
  ]) {
    vi.stubGlobal('BroadcastChannel', missing);
    expect(() => openChannel(() => {})).not.toThrow();
    expect(() => post('look')).not.toThrow();
  }
});

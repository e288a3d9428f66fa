import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { session } from '../../../lib/client/session/session.ts';
import { sendUntilAnswered } from './send-until-answered.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const signedIn = (id: number | null) =>
  vi.spyOn(session, 'getSnapshot').mockReturnValue({ ...session.getSnapshot(), user: id ? { id, name: '' } : null });

test('a request without an answer is sent again until it has one', async () => {
  signedIn(11);
  const send = vi.fn<() => Promise<string | null>>();
  send.mockResolvedValueOnce(null).mockRejectedValueOnce(new TypeError()).mockResolvedValueOnce('placed');
  const sent = sendUntilAnswered(send);
  await vi.runAllTimersAsync();
  expect(await sent).toBe('placed');
  expect(send).toHaveBeenCalledTimes(3);
});

test.each([
  ['another user is signed in', 12],
  ['nobody is signed in, or the page has stopped', null],
])('while %s it is not sent again', async (_, id) => {
  signedIn(11);
  const send = vi.fn(async () => null);
  const sent = sendUntilAnswered(send);
  await vi.advanceTimersByTimeAsync(1);
  signedIn(id);
  await vi.runAllTimersAsync();
  expect(await sent).toBeNull();
  expect(send).toHaveBeenCalledTimes(1);
});

test('after a while the user is asked instead', async () => {
  signedIn(11);
  const send = vi.fn(async () => null);
  const sent = sendUntilAnswered(send);
  await vi.runAllTimersAsync();
  expect(await sent).toBeNull();
});

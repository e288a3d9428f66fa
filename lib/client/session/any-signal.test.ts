/** A signal that follows several, in browsers with `AbortSignal.any` and without. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { anySignal } from './any-signal.ts';

const native = AbortSignal.any;
const two = () => [new AbortController(), new AbortController()] as const;

describe.each([
  ['newer', native],
  ['older', undefined],
])('in a browser that is %s', (_age, any) => {
  beforeEach(() => {
    Object.assign(AbortSignal, { any });
  });
  afterEach(() => {
    Object.assign(AbortSignal, { any: native });
  });

  test('it is aborted by any of them, for that one’s reason, and stays so', () => {
    for (const index of [0, 1] as const) {
      const aborts = two();
      const signal = anySignal(aborts[0].signal, aborts[1].signal);
      expect(signal.aborted).toBe(false);
      aborts[index].abort('first');
      expect([signal.aborted, signal.reason]).toEqual([true, 'first']);
      aborts[1 - index]?.abort('second');
      expect(signal.reason).toBe('first');
    }
  });

  test('it is aborted from the start if one of them was', () => {
    const [one, other] = two();
    other.abort('before');
    const signal = anySignal(one.signal, other.signal);
    expect([signal.aborted, signal.reason]).toEqual([true, 'before']);
  });
});

test('a newer browser leaves no listener on a signal that lives as long as the page', () => {
  const [one] = two();
  const listen = vi.spyOn(one.signal, 'addEventListener');
  anySignal(one.signal);
  expect(listen).not.toHaveBeenCalled();
});

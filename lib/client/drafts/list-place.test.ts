import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readListPlace, removeListPlace, saveListPlace } from './list-place.ts';

const PLACE = { userId: 11, path: '/order?status=paid', scrollY: 480, opened: '/order/ORD-000007' };

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

test('the place of the list is there for the user who left it, and for nobody else', () => {
  saveListPlace(PLACE);
  expect(readListPlace(11)).toEqual(PLACE);
  expect(readListPlace(12)).toBeNull();
  removeListPlace();
  expect(readListPlace(11)).toBeNull();
});

test.each([
  'nonsense',
  '{}',
  JSON.stringify({ ...PLACE, path: 'https://evil.test/order' }),
  JSON.stringify({ ...PLACE, path: '/orders' }),
  JSON.stringify({ ...PLACE, path: '//evil.test' }),
  JSON.stringify({ ...PLACE, scrollY: null }),
])('what is not a place, %j, leads nowhere', (kept) => {
  sessionStorage.setItem('tandem-list', kept);
  expect(readListPlace(11)).toBeNull();
});

test('a browser without storage has no place, and does not fail', () => {
  vi.stubGlobal('sessionStorage', undefined);
  saveListPlace(PLACE);
  removeListPlace();
  expect(readListPlace(11)).toBeNull();
});

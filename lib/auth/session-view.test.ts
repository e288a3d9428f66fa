import { expect, test } from 'vitest';
import { shortenedAddress } from './session-view.ts';

test.each([
  ['203.0.113.9', '203.0.113.…'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3:…'],
  ['2001:db8::1', '2001:db8:0:…'],
  ['::1', '::1'],
  ['', ''],
])('the address %j is shown as %j', (address, shown) => {
  expect(shortenedAddress(address)).toBe(shown);
});

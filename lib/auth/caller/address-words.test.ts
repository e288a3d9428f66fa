import { expect, test } from 'vitest';
import { addressWords } from './address-words.ts';

test.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['127.0.0.1', 'this computer'],
  ['127.8.9.1', 'this computer'],
  ['::1', 'this computer'],
  ['10.1.2.3', 'local network'],
  ['172.16.0.1', 'local network'],
  ['172.32.0.1', '172.32.0.0/24'],
  ['192.168.178.20', 'local network'],
  ['169.254.1.1', 'local network'],
  ['fd12:3456:789a::1', 'local network'],
  ['fe80::1', 'local network'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
  ['2001:db8::1', '2001:db8::/48'],
  ['2001:0DB8:00a3::1', '2001:db8:a3::/48'],
  ['2001:db8:0:1::1', '2001:db8::/48'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['::ffff:127.0.0.1', 'this computer'],
  ['unknown', ''],
  ['', ''],
])('the address %j is shown as %j', (address, shown) => {
  expect(addressWords(address)).toBe(shown);
});

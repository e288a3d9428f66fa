import { describe, expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const SOCKET = '198.51.100.9';

describe('without a trusted proxy', () => {
  test('only the socket counts, whatever the client claims', () => {
    expect(clientAddress(SOCKET, '6.6.6.6', 0)).toBe(SOCKET);
  });

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0::0:1', '2001:db8::1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    [undefined, 'unknown'],
  ])('the socket address %s is written as %s', (socketAddress, expected) => {
    expect(clientAddress(socketAddress, undefined, 0)).toBe(expected);
  });
});

describe('behind trusted proxies', () => {
  test.each([
    ['203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
    ['6.6.6.6,203.0.113.7:4711', 1, '203.0.113.7'],
    ['[2001:db8::7]:4711', 1, '2001:db8::7'],
    ['::ffff:203.0.113.7', 1, '203.0.113.7'],
  ])('of `%s` with %i of them the address is %s', (forwardedFor, trustedProxies, expected) => {
    expect(clientAddress(SOCKET, forwardedFor, trustedProxies)).toBe(expected);
  });

  test('a header shorter than the chain was written by trusted proxies alone, so its first entry counts', () => {
    expect(clientAddress(SOCKET, '203.0.113.7', 3)).toBe('203.0.113.7');
  });

  test.each([undefined, '', 'unknown', '203.0.113.7, ', '<script>', '999.1.1.1', '_hidden'])(
    'a missing or senseless header (%s) leaves the socket address',
    (forwardedFor) => {
      expect(clientAddress(SOCKET, forwardedFor, 1)).toBe(SOCKET);
    },
  );
});

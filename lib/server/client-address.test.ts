import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainAddress } from '../auth/caller/network.ts';
import { ipv6, spelled, spelling } from '../auth/caller/test-addresses.ts';
import { anyText } from '../test-text.ts';
import { clientAddress } from './client-address.ts';

const SOCKET = '198.51.100.9';
const address = fc.oneof(
  fc.ipV4(),
  fc.tuple(ipv6, spelling).map(([groups, style]) => spelled(groups, style)),
);

test('without a trusted proxy only the socket counts, whatever the client claims', () => {
  fc.assert(
    fc.property(address, fc.option(anyText, { nil: undefined }), (socketAddress, claimed) => {
      expect(clientAddress(socketAddress, claimed, 0)).toBe(plainAddress(socketAddress));
    }),
  );
  expect(clientAddress(undefined, SOCKET, 0)).toBe('unknown');
});

describe('behind trusted proxies', () => {
  test('nothing that stands left of their entries changes the address', () => {
    const chain = fc.array(address, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        chain,
        fc.array(fc.oneof(address, anyText)),
        fc.constantFrom(',', ', '),
        (entries, claimed, comma) => {
          const found = clientAddress(SOCKET, [...claimed, ...entries].join(comma), entries.length);
          expect(found).toBe(plainAddress(entries[0] ?? ''));
        },
      ),
    );
  });

  test.each([
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['[2001:DB8::7]', '2001:db8::7'],
  ])('the address of the entry %s is %s', (entry, expected) => {
    expect(clientAddress(SOCKET, `6.6.6.6,${entry}`, 1)).toBe(expected);
  });

  test('a header shorter than the chain was written by trusted proxies alone, so its first entry counts', () => {
    expect(clientAddress(SOCKET, '203.0.113.7', 3)).toBe('203.0.113.7');
  });

  test.each([undefined, '', 'unknown', '203.0.113.7, ', '<script>', '999.1.1.1', '_hidden', '::ffff:'])(
    'a missing or senseless header (%s) leaves the socket address',
    (forwardedFor) => {
      expect(clientAddress(SOCKET, forwardedFor, 1)).toBe(SOCKET);
    },
  );
});

import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, textOf } from '../../test-text.ts';
import { networkOf, plainAddress, siteOf } from './network.ts';
import { ipv6, spelled, spelling } from './test-addresses.ts';

test.each([
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  // Carries no IPv4 address, though it begins like one that does.
  ['::ffff:1234', '0:0:0:0::/64', '0:0:0::/48'],
])('%s is counted as %s of %s', (address, network, site) => {
  expect([networkOf(address), siteOf(address)]).toEqual([network, site]);
});

test('an address has one spelling, however it is written', () => {
  fc.assert(
    fc.property(ipv6, spelling, spelling, (groups, one, other) => {
      const plain = plainAddress(spelled(groups, one));
      expect(plainAddress(spelled(groups, other))).toBe(plain);
      expect(plainAddress(plain)).toBe(plain);
      expect(isIP(plain)).not.toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('an IPv4 address is the same one inside IPv6, and is in no larger network of one customer', () => {
  const carrier = fc.constantFrom('::ffff:', '64:ff9b::', '64:ff9b:1::', '64:ff9b:1:2::');
  fc.assert(
    fc.property(fc.ipV4(), carrier, (address, prefix) => {
      for (const written of [address, prefix + address]) {
        expect([plainAddress(written), networkOf(written), siteOf(written)]).toEqual([address, address, null]);
      }
    }),
  );
});

test.each([
  ['network', 4, networkOf],
  ['site', 3, siteOf],
] as const)('two addresses are of one %s exactly if they share their first %i groups', (_, count, of) => {
  fc.assert(
    fc.property(ipv6, ipv6, fc.boolean(), spelling, (one, ending, isSibling, style) => {
      const other = [...(isSibling ? one : ending).slice(0, count), ...ending.slice(count)];
      const addresses = [one, other].map((groups) => spelled(groups, style));
      fc.pre(addresses.every((address) => siteOf(address) !== null));
      const share = one.slice(0, count).join() === other.slice(0, count).join();
      expect(new Set(addresses.map(of)).size).toBe(share ? 1 : 2);
    }),
  );
});

test('what is no address stands for itself, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(textOf(...'0123456789abcF:.% []/'), anyText), (text) => {
      const plain = plainAddress(text);
      if (plain === '') expect([networkOf(text), siteOf(text)]).toEqual([text, null]);
      else expect([isIP(plain) > 0, plainAddress(plain)]).toEqual([true, plain]);
    }),
  );
});

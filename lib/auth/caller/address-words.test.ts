import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressWords } from './address-words.ts';
import { plainAddress } from './network.ts';
import { ipv6, spelled, spelling } from './test-addresses.ts';

test.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['127.8.9.1', 'this computer'],
  ['::1', 'this computer'],
  ['::ffff:127.0.0.1', 'this computer'],
  ['192.168.178.20', 'local network'],
  ['fd12:3456:789a::1', 'local network'],
  ['fd1::1', 'fd1::/48'],
  ['2001:0DB8:00a3:8d3::1', '2001:db8:a3::/48'],
  ['2001:db8:0:1::1', '2001:db8::/48'],
  ['unknown', ''],
  ['', ''],
])('the address %j is shown as %j', (address, shown) => {
  expect(addressWords(address)).toBe(shown);
});

function listed(...networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [start = '', bits] = network.split('/');
    list.addSubnet(start, Number(bits), familyOf(start));
  }
  return list;
}

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');

test('the addresses of local networks are shown as such, and of any other a network around it', () => {
  const home = listed('127.0.0.0/8', '::1/128');
  const local = listed('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10');
  const near = fc.constantFrom('10.', '127.', '172.15.', '172.16.', '172.31.', '172.32.', '192.168.', '169.254.', '');
  const address = fc.oneof(
    fc.tuple(near, fc.ipV4()).map(([start, rest]) => `${start}${rest}`.split('.').slice(0, 4).join('.')),
    fc.tuple(ipv6, spelling).map(([groups, style]) => spelled(groups, style)),
  );
  fc.assert(
    fc.property(address, (address) => {
      const plain = plainAddress(address);
      const words = addressWords(address);
      const isIn = (list: BlockList) => list.check(plain, familyOf(plain));
      if (isIn(home)) expect(words).toBe('this computer');
      else if (isIn(local)) expect(words).toBe('local network');
      else {
        expect(words).toMatch(/\.0\/24$|::\/48$/);
        expect(isIn(listed(words))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

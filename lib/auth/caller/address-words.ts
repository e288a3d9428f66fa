/** Shorten an address to its network: enough to recognize a place, too little to find a person. */
import { plainAddress, siteOf } from './network.ts';

/** RFC 1122 3.2.1.3, RFC 4291 2.5.3. */
const THIS_COMPUTER = /^127\.|^::1$/;
/** RFC 1918, RFC 3927, RFC 4193, RFC 4291 2.5.6. */
const LOCAL_NETWORK = /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.|^f[cd][\da-f]{2}:|^fe[89ab][\da-f]:/;

/** `203.0.113.0/24`, `2001:db8:85a3::/48`, `this computer`, `local network`; empty for anything else. */
export function addressWords(address: string): string {
  const plain = plainAddress(address);
  if (THIS_COMPUTER.test(plain)) return 'this computer';
  if (LOCAL_NETWORK.test(plain)) return 'local network';
  return siteOf(plain)?.replace(/(:0)+::/, '::') ?? plain.replace(/\d+$/, '0/24');
}

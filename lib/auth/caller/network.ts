/** The networks of an address, for rate limits: one IPv6 customer has 2^64 addresses and often 2^80. */
import { isIP, isIPv6 } from 'node:net';

/** IPv6 groups in the smallest network of a customer, and in the largest of a site (RFC 6177). */
const NETWORK_GROUPS = 4;
const SITE_GROUPS = 3;
/** Prefixes whose last 32 bits are an IPv4 address: mapped (RFC 4291 2.5.5.2), and NAT64 (RFC 6052 2.1, RFC 8215). */
const CARRIERS = ['0:0:0:0:0:ffff:', '64:ff9b:0:0:0:0:', '64:ff9b:1:'];

/** The one spelling of an address: an IPv4 address where IPv6 carries one, no zone, lower case, RFC 5952. Empty for what is no address. */
export function plainAddress(text: string): string {
  const [address = ''] = text.trim().toLowerCase().split('%');
  if (!isIPv6(address)) return isIP(address) ? address : '';
  // How a socket for both families writes an IPv4 client: nearly every request behind no proxy.
  const [, mapped] = /^::ffff:(\d+\.[\d.]+)$/.exec(address) ?? [];
  if (mapped) return mapped;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return carriedIpv4(groupsOf(canonical)) ?? canonical;
}

/** The address itself for IPv4, the /64 for IPv6. What is no address stands for itself. */
export function networkOf(address: string): string {
  return prefixOf(address, NETWORK_GROUPS) ?? (plainAddress(address) || address);
}

/** The /48 above the network, or null for IPv4. */
export function siteOf(address: string): string | null {
  return prefixOf(address, SITE_GROUPS);
}

function prefixOf(address: string, count: number): string | null {
  const plain = plainAddress(address);
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, count).join(':')}::/${count * 16}` : null;
}

function carriedIpv4(groups: string[]): string | null {
  const written = groups.join(':');
  if (!CARRIERS.some((prefix) => written.startsWith(prefix))) return null;
  return groups
    .slice(-2)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
    .join('.');
}

/** All eight of an address in its one spelling. */
function groupsOf(canonical: string): string[] {
  const [head = '', tail] = canonical.split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  return [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
}

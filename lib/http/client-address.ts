/** The one address a request is taken to come from: the socket's, or what a trusted proxy has noted. */
import { isIP } from 'node:net';

/**
 * `trustedProxies` proxies stand in front of us and each has appended the address of its own client to `X-Forwarded-For`;
 * so the entry that many places from the right was written by a proxy we trust, and everything left of it by anybody.
 * A shorter header was written by trusted proxies alone. Falls back to the socket's address where the entry is no address.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const entries = forwardedFor?.split(',') ?? [];
  const believed = trustedProxies > 0 ? entries.slice(-trustedProxies)[0] : undefined;
  return (believed && normalAddress(believed)) || normalAddress(socketAddress ?? '') || 'unknown';
}

/** `::ffff:192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711` and `fe80::1%eth0` without what is not the address; empty if it is none. */
function normalAddress(text: string): string {
  const trimmed = text.trim().toLowerCase();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(trimmed) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? trimmed).split('%');
  const [, mapped = ''] = /^::ffff:([\d.]+)$/.exec(address) ?? [];
  if (isIP(mapped)) return mapped;
  return isIP(address) ? address : '';
}

/** The address of a client: the socket's, or the one that a trusted proxy has noted. */
import { plainAddress } from '../auth/caller/network.ts';

/**
 * Each of `trustedProxies` proxies appends the address of its own client to `X-Forwarded-For`. So a trusted proxy wrote the entry
 * that many places from the right, and anybody may have written what is left of it. A shorter header was written by trusted
 * proxies alone. Falls back to the socket's address if the entry is no address.
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

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` without the port; empty if it is no address. */
function normalAddress(text: string): string {
  const trimmed = text.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed) ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(trimmed) ?? [];
  return plainAddress(bracketed ?? withPort ?? trimmed);
}

/** What the page knows of its access token, which it cannot read: until when it is good, and when to renew it. */

import { now } from './elapsed-clock.ts';
import { hint } from './hint.ts';
import { RENEWAL_LEAD_MAX_MS, RENEWAL_LEAD_SHARE } from './policy.ts';

/** The hint that belongs to these times; another one means another token. */
export let seen: string | undefined;
export let endsAtMs = 0;
export let lifetimeMs = 0;
let leadMs = 0;
/** From the server's clock to the page's: only good for comparing two ends. */
let offsetMs = 0;

/**
 * There is a new token. The server has said what it has to live, or else another tab has renewed: then the end moves by
 * as much as the server's times in the two hints differ, never by the clock of this machine.
 */
export function granted(remainingMs?: number): void {
  seen = hint();
  const [, issuedAtSeconds = 0, lifetimeSeconds = 0] = (seen ?? '').split('.').map(Number);
  lifetimeMs = lifetimeSeconds * 1_000 || remainingMs || 0;
  const serverEndMs = issuedAtSeconds * 1_000 + lifetimeMs;
  endsAtMs = now() + Math.min(remainingMs ?? offsetMs + serverEndMs - now(), lifetimeMs);
  offsetMs = endsAtMs - serverEndMs;
  leadMs = Math.min(RENEWAL_LEAD_MAX_MS, lifetimeMs * RENEWAL_LEAD_SHARE) * (1 - Math.random() / 4);
}

/** The server takes this token no more, whatever the clock says. */
export function refuse(): void {
  seen = hint();
  endsAtMs = 0;
}

/** Good enough to send a request with; stops a moment before the end, since the request has a way to go. */
export function isFresh(): boolean {
  return now() < endsAtMs - leadMs / 4;
}

/** When to renew without being asked. */
export function dueAtMs(): number {
  return endsAtMs - leadMs;
}

/** A session as its user may see it: device in words, address shortened, nothing that could be used. */
import type { SessionView } from '../contract/session.ts';
import { deviceWords } from './device-words.ts';
import { siteOf } from './network.ts';
import type { Session } from './sessions.ts';

export function sessionView(session: Session, currentSessionId: string): SessionView {
  return {
    id: session.id,
    current: session.id === currentSessionId,
    device: deviceWords(session.userAgent),
    address: shortenedAddress(session.address),
    created_at: session.createdAt.toISOString(),
    last_refreshed_at: session.lastRefreshedAt?.toISOString() ?? null,
    expires_at: session.expiresAt.toISOString(),
    binding: session.dbscId ? 'dbsc' : session.jkt ? 'dpop' : 'none',
  };
}

/** The network an address is in: enough to recognise a place by, too little to find a person. `203.0.113.9` → `203.0.113.…` */
export function shortenedAddress(address: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return address.replace(/\d+$/, '…');
  if (address === '::1') return address;
  return siteOf(address)?.replace('::/48', ':…') ?? address;
}

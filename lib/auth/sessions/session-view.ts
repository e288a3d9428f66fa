/** A session as its user may see it: device in words, address shortened, no credential. */
import type { SessionView } from '../../contract/session.ts';
import { addressWords } from '../caller/address-words.ts';
import { deviceWords } from '../caller/device-words.ts';
import type { Session } from './sessions.ts';

export function sessionView(session: Session, currentSessionId: string): SessionView {
  return {
    id: session.id,
    current: session.id === currentSessionId,
    device: deviceWords(session.userAgent),
    address: addressWords(session.address),
    created_at: session.createdAt.toISOString(),
    last_refreshed_at: session.lastRefreshedAt?.toISOString() ?? null,
    expires_at: session.expiresAt.toISOString(),
    binding: session.dbscId ? 'dbsc' : session.jkt ? 'dpop' : 'none',
  };
}

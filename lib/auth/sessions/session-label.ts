/** The name of a session in logs: always the same for one session, and it does not lead back to the id. */
import { createHmac } from 'node:crypto';
import { keys } from '../tokens/keys.ts';

const LABEL_CHARS = 16;

export function sessionLabel(sessionId: string): string {
  return createHmac('sha256', keys().newest.sessionLabel).update(sessionId).digest('base64url').slice(0, LABEL_CHARS);
}

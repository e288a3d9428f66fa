/** How a session is called in logs: the same session has the same label, and no label leads back to its id. */
import { createHmac } from 'node:crypto';
import { keys } from '../tokens/keys.ts';

const LABEL_CHARS = 16;

export function sessionLabel(sessionId: string): string {
  return createHmac('sha256', keys().newest.sessionLabel).update(sessionId).digest('base64url').slice(0, LABEL_CHARS);
}

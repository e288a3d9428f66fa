/** Ids of sessions and tokens: 128 random bits, base64url, 22 characters. */
import { randomBytes } from 'node:crypto';
import { ID_BYTES } from './token-limits.ts';

export function randomId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** Compare secrets in a time that says nothing about where they differ. */
import { timingSafeEqual } from 'node:crypto';

export function areEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

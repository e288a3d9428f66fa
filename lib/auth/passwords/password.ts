/** Password hashes: argon2id at the OWASP minimum, off the main thread, a few at a time. */
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { processWide } from '../../process-wide.ts';
import {
  ARGON2_LANES,
  ARGON2_MEMORY_KIB,
  ARGON2_PASSES,
  PASSWORD_HASHES_AT_ONCE,
  PASSWORD_HASHES_WAITING_MAX,
} from './policy.ts';
import { preparedPassword } from './prepared-text.ts';
import { newTurns } from './semaphore.ts';

const OPTIONS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: ARGON2_MEMORY_KIB,
  timeCost: ARGON2_PASSES,
  parallelism: ARGON2_LANES,
};
const PARAMETERS = `$argon2id$v=19$m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}$`;

/** Of the prepared form. PHC string format, salt included. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(preparedPassword(password), OPTIONS));
}

/** `raw` where the hash was made of the password as it was typed, before passwords were prepared. */
export type PasswordMatch = 'prepared' | 'raw';

/** Null when it is wrong. Does the same work when there is no hash to compare with, so that an unknown name takes as long as a wrong password. */
export async function verifyPassword(password: string, storedHash: string | undefined): Promise<PasswordMatch | null> {
  const comparedHash = storedHash ?? (await hashOfNobody());
  const matches = async (form: string) => (await inTurn(() => verify(comparedHash, form))) && storedHash !== undefined;
  const prepared = preparedPassword(password);
  if (await matches(prepared)) return 'prepared';
  return prepared !== password && (await matches(password)) ? 'raw' : null;
}

/** True for a hash of weaker or other parameters than today's: the next sign-in replaces it. */
export function needsRehash(storedHash: string): boolean {
  return !storedHash.startsWith(PARAMETERS);
}

/** Made at start, so that the first unknown name does not take longer. */
export function hashOfNobody(): Promise<string> {
  return processWide('hash-of-nobody', () => hashPassword(crypto.randomUUID()));
}

/** A flood of sign-ins queues here instead of in Node's thread pool, which guarded requests need too. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const limits = { atOnce: PASSWORD_HASHES_AT_ONCE, waitingMax: PASSWORD_HASHES_WAITING_MAX };
  return processWide('password-turns', () => newTurns(limits)).take(work);
}

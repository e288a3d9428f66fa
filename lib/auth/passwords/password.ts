/** Password hashes: argon2id at the OWASP minimum, off the main thread, a few at a time. */
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { processWide } from '../../process-wide.ts';
import {
  ARGON2_LANES,
  ARGON2_MEMORY_KIB,
  ARGON2_PASSES,
  PASSWORD_HASHES_AT_ONCE,
  PASSWORD_HASHES_WAITING_MAX,
} from './password-limits.ts';
import { preparedPassword } from './prepared-text.ts';
import { Semaphore } from './semaphore.ts';

const OPTIONS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: ARGON2_MEMORY_KIB,
  timeCost: ARGON2_PASSES,
  parallelism: ARGON2_LANES,
};
const PARAMETERS = `$argon2id$v=19$m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}$`;

/** Hash the prepared form of the password. PHC string format, with the salt. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(preparedPassword(password), OPTIONS));
}

/** `raw`: the hash is of the password as typed, from before passwords were prepared. */
export type PasswordMatch = 'prepared' | 'raw';

/** Return null for a wrong password. Without a stored hash it does the same work, so that an unknown name takes as long. */
export async function verifyPassword(password: string, storedHash: string | undefined): Promise<PasswordMatch | null> {
  const comparedHash = storedHash ?? (await dummyHash());
  const matches = async (form: string) => (await inTurn(() => verify(comparedHash, form))) && storedHash !== undefined;
  const prepared = preparedPassword(password);
  if (await matches(prepared)) return 'prepared';
  return prepared !== password && (await matches(password)) ? 'raw' : null;
}

/** True for a hash with other parameters than today's: the next sign-in replaces it. */
export function needsRehash(storedHash: string): boolean {
  return !storedHash.startsWith(PARAMETERS);
}

/** Made at the start, so that the first unknown name takes no longer than others. */
export function dummyHash(): Promise<string> {
  return processWide('dummy-hash', () => hashPassword(crypto.randomUUID()));
}

/** Sign-ins queue here instead of in Node's thread pool, which guarded requests need too. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const limits = { atOnce: PASSWORD_HASHES_AT_ONCE, waitingMax: PASSWORD_HASHES_WAITING_MAX };
  return processWide('password-semaphore', () => new Semaphore(limits)).run(work);
}

/** Keys for tests: fixed, so that one test can forge what another would sign. */
import type { Secret } from '../../env.ts';
import { loadKeys } from './keys.ts';

export const NEW_SECRET: Secret = { id: 'new', secret: 'vY0n3w9sXq4b7TzK1mR8dLhP5cJ2gF6a' };
export const OLD_SECRET: Secret = { id: 'old', secret: 'aF6gJ2cP5hLd8RmK1zT7bqX4sw93n0Yv' };

export function loadTestKeys(...secrets: [Secret, ...Secret[]]): Promise<void> {
  return loadKeys({ authSecrets: secrets, dataDir: '' });
}

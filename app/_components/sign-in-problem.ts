/** What is said beside the password when signing in has failed. */
import type { SignInResult } from '../../lib/client/session.ts';

export function signInProblem({ message }: SignInResult): string {
  return message ?? 'The server is away. Try again.';
}

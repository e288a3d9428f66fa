import { expect, test } from 'vitest';
import { signInProblem } from './sign-in-problem.ts';

test('what the server said is said, and that nobody has answered', () => {
  expect(signInProblem({ message: 'Wrong name or password.' })).toBe('Wrong name or password.');
  expect(signInProblem({})).toBe('The server is away. Try again.');
});

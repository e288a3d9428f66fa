import { expect, test } from 'vitest';
import { noticeProblem, noticeSentence, signInProblem } from './sign-in-problem.ts';

test('a refused sign-in is said in the same words with and without a script', () => {
  expect(signInProblem({ error: 'invalid_credentials', message: '-' })).toEqual({
    sentence: 'Wrong name or password.',
    field: 'both',
  });
  expect(signInProblem({ error: 'invalid_credentials' })).toEqual(noticeProblem('invalid_credentials'));
});

test.each([
  ['x'.repeat(65), 'secret', 'name', 'This name is too long. Names have at most 64 characters.'],
  ['', 'secret', 'name', 'Fill in the name.'],
  ['ada', '', 'pwd', 'Fill in the password.'],
  ['ada', 'x'.repeat(257), 'pwd', 'This password is too long. Passwords have at most 256 characters.'],
  ['', '', 'both', 'Fill in both name and password.'],
] as const)('a wrong field is named: %#', (name, pwd, field, sentence) => {
  expect(signInProblem({ error: 'invalid_request' }, { name, pwd })).toEqual({ sentence, field });
});

test.each([
  [0, 'There were too many attempts. You can try again now.'],
  [-5, 'There were too many attempts. You can try again now.'],
  [10, 'Too many attempts. Wait 10 s, then try again.'],
  [60, 'Too many attempts. Wait 1 min, then try again.'],
  [61, 'Too many attempts. Wait 2 min, then try again.'],
  [1_800, 'Too many attempts. Wait 30 min, then try again.'],
  [86_400, 'Too many attempts. Wait 24 h, then try again.'],
  [86_401, 'Too many attempts. Wait a few minutes, then try again.'],
  [undefined, 'Too many attempts. Wait a few minutes, then try again.'],
])('with %s seconds left to wait the person knows how long', (waitSeconds, sentence) => {
  expect(noticeProblem('rate_limited', waitSeconds)).toEqual({ sentence, field: null });
});

test('a script says how long to wait where the server has said it', () => {
  expect(signInProblem({ error: 'rate_limited', retryAfterSeconds: 20 }).sentence).toContain('Wait 20 s');
  expect(signInProblem({ error: 'rate_limited', retryAfterSeconds: Number.NaN }).sentence).toContain('a few minutes');
});

test('without an answer of the server nothing is said about name or password', () => {
  expect(signInProblem({})).toEqual({
    sentence: 'Can’t reach the server. What you typed is kept; try again.',
    field: null,
  });
});

test.each(['toString', '__proto__', '', undefined, ['key']])('the notice %j is a failure without details', (notice) => {
  expect(noticeProblem(notice).sentence).toBe('Signing in did not work. Try again in a minute.');
});

test('a session that has run out says how long it lasted', () => {
  expect(noticeSentence('expired', { lifetimeSeconds: 14 * 86_400 })).toBe(
    'A sign-in lasts 14 days, and yours is over. Sign in to go on.',
  );
});

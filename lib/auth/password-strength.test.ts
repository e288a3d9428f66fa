import { dictionary } from '@zxcvbn-ts/language-common';
import { expect, test } from 'vitest';
import { NEW_PASSWORD_MIN_CHARS } from '../contract/session.ts';
import { passwordProblem } from './password-strength.ts';

const USER = 'anna';

const COMMON = dictionary['passwords-common'].filter(
  (password) => [...String(password)].length >= NEW_PASSWORD_MIN_CHARS,
);

test('there are common passwords that are long enough', () => {
  expect(COMMON.length).toBeGreaterThan(30);
});

test.each(COMMON)('the common password %j is refused', async (password) => {
  expect(await passwordProblem(String(password), USER)).not.toBeNull();
});

test.each(['password12345678', 'iloveyouiloveyou', 'aaaaaaaaaaaaaaaa', 'abcdefghijklmnopq'])(
  '%j, made of common parts, is refused',
  async (password) => {
    expect(await passwordProblem(password, USER)).toBe(
      'This password is among the first that are guessed. Choose another.',
    );
  },
);

test.each(['annaannaannaanna', 'Tandem-2026-2026', 'ANNA.tandem.123456'])('%j is made of names', async (password) => {
  expect(await passwordProblem(password, USER)).toBe('Use more than your name, ours and a number.');
});

test('characters are counted as people see them written, not as they are stored', async () => {
  expect(await passwordProblem('🌻🌷🌹🌺🌸🌼💐🥀🍀🌵🌴🌳🌲🍁', USER)).toBe('Use at least 15 characters.');
});

test.each(['violet lantern orchard', 'copper meadow station', 'anna and the violet lantern'])(
  '%j is taken',
  async (password) => {
    expect(await passwordProblem(password, USER)).toBeNull();
  },
);

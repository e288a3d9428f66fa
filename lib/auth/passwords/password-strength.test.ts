import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, test } from 'vitest';
import { NEW_PASSWORD_MIN_CHARS, PASSWORD_MAX_CHARS } from '../../contract/limits.ts';
import { JUDGED_PASSWORD_PART_CHARS } from './password-limits.ts';
import { judgedParts, passwordProblem } from './password-strength.ts';

const USER = 'anna';
const GUESSED = 'This password is among the first that are guessed. Choose another.';

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
    expect(await passwordProblem(password, USER)).toBe(GUESSED);
  },
);

describe('a long password', () => {
  const random = Array.from({ length: PASSWORD_MAX_CHARS }, (_, n) => String.fromCharCode(33 + ((n * n + 7 * n) % 94)));
  const longest = {
    'of random characters': random.join(''),
    'of one weak word': 'p@$$w0rd'.repeat(32),
    'of signs that stand for letters': '4@8({[<6931!|0$5+7%2/'.repeat(13).slice(0, PASSWORD_MAX_CHARS),
    'of one character': 'a'.repeat(PASSWORD_MAX_CHARS),
    'of digits': '31415926535897932384626433832795'.repeat(8),
    'of emoji': '🌻🌷🌹🌺'.repeat(32),
  };

  test.each(Object.entries(longest))('%s is judged by two bounded parts at most', (_, password) => {
    expect(password).toHaveLength(PASSWORD_MAX_CHARS);
    const parts = judgedParts(password);
    expect(parts.length).toBeLessThanOrEqual(2);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(JUDGED_PASSWORD_PART_CHARS);
  });

  test.each(['p@$$w0rd', '1l0v3y0u', 'qwertyuiop', 'password1', 'letmein1'])(
    '%j over and over is refused',
    async (word) => {
      for (const password of [word.repeat(25), `x${word.repeat(20)}`])
        expect([password, await passwordProblem(password, USER)]).toEqual([password, GUESSED]);
    },
  );

  test.each([
    `${'password'.repeat(8)} violet lantern orchard`,
    `violet lantern orchard ${'password'.repeat(8)}`,
    `${'password'.repeat(4)} violet lantern orchard ${'12345678'.repeat(4)}`,
    `${'a'.repeat(200)}${random.slice(0, 20).join('')}`,
  ])('%j is taken for the part of it that is no common one', async (password) => {
    expect(await passwordProblem(password, USER)).toBeNull();
  });
});

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

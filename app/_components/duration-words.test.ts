import { expect, test } from 'vitest';
import { durationWords } from './duration-words.ts';

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [6_150, '1 h 42 min'],
  [7_200, '2 h'],
  [172_799, '47 h 59 min'],
  [172_800, '2 days'],
  [1_209_600, '14 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

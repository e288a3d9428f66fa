import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationWords } from './duration-words.ts';

test.each([
  [-5, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [6_150, '1 h 42 min'],
  [172_799, '47 h 59 min'],
  [172_800, '2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

const UNIT_SECONDS: Record<string, number> = { s: 1, min: 60, h: 3_600, days: 86_400 };

test('the words never say more than there is, and less only by what is below their smallest unit', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max: 200_000 }), fc.nat({ max: 40_000_000 })), (seconds) => {
      const parts = [...durationWords(seconds).matchAll(/(\d+) (s|min|h|days)/g)].map(([, amount, unit = '']) => ({
        amount: Number(amount),
        unitSeconds: UNIT_SECONDS[unit] ?? Number.NaN,
      }));
      const said = parts.reduce((sum, { amount, unitSeconds }) => sum + amount * unitSeconds, 0);
      const omitted = seconds - said;
      expect(omitted).toBeGreaterThanOrEqual(0);
      // "2 h" says that there are no minutes.
      expect(omitted).toBeLessThan(seconds < 172_800 ? 60 : 86_400);
      if (seconds < 60) expect(omitted).toBe(0);
    }),
    { numRuns: 300 },
  );
});

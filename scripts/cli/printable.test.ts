import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test('no control character reaches a terminal, and everything else does', () => {
  expect(printable('a\u001b[31mb\rc\u202ed\u0007\u2028')).toBe('a\\u{1b}[31mb\\u{d}c\\u{202e}d\\u{7}\\u{2028}');
  const plain = 'Zoë 李 عمر 👩‍👩‍👧 one\ntwo';
  expect(printable(plain)).toBe(plain);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, textOf } from '../../lib/test-text.ts';
import { printable } from './printable.ts';

test('no control character reaches a terminal, and everything else does', () => {
  expect(printable('a\u001b[31mb\rc\u202ed\u0007\u2028')).toBe('a\\u{1b}[31mb\\u{d}c\\u{202e}d\\u{7}\\u{2028}');
  const plain = 'Zoë 李 عمر 👩‍👩‍👧 one\ntwo';
  expect(printable(plain)).toBe(plain);
});

test('of any text only line feeds and joiners stay as they are among what is invisible', () => {
  fc.assert(
    fc.property(
      fc.oneof(textOf('a', '\n', '\u2028', '\u2029', '\u202e', '\u200d', '\u001b', '\u0085', '💥'), anyText),
      (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const restored = shown.replace(/\\u\{([\da-f]+)\}/g, (_, hex) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        if (!text.includes('\\u{')) expect(restored).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});

/** Parse a quantity as people write it. */
import { QUANTITY_MAX } from './basket.ts';

/** Digits of any script; empty text means 0. Null for text that could mean another number. */
export function readQuantity(typed: string): number | null {
  // Copied text may contain invisible marks.
  const written = typed.replace(/\p{Cf}/gu, '').trim();
  if (written === '') return 0;
  const digits = [...written.replace(/^[+＋]/, '')].map(digitValue);
  if (digits.length === 0 || digits.includes(-1)) return null;
  const quantity = Number(digits.join(''));
  return quantity <= QUANTITY_MAX ? quantity : null;
}

/** Every script keeps its ten decimal digits in one row, from zero on (Unicode, general category Nd); -1 for anything else. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  const isDigit = (at: number) => /\p{Nd}/u.test(String.fromCodePoint(at));
  if (!isDigit(code)) return -1;
  return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].findIndex((value) => !isDigit(code - value - 1));
}

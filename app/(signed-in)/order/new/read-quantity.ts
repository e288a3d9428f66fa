/** Parse a quantity as people write it. */
import { ORDER_QUANTITY_MAX } from '../../../../lib/contract/limits.ts';

/** Digits of any script; empty text means 0. Null for text that could mean another number. */
export function readQuantity(typed: string): number | null {
  // Copied text may contain invisible marks.
  const written = typed.replace(/\p{Cf}/gu, '').trim();
  if (written === '') return 0;
  const digits = [...written.replace(/^[+＋]/, '')].map(digitValue);
  if (digits.length === 0 || digits.includes(-1)) return null;
  const quantity = Number(digits.join(''));
  return quantity <= ORDER_QUANTITY_MAX ? quantity : null;
}

/** Decimal digits come in rows of ten, from zero on, some rows right behind others (Unicode, general category Nd); -1 for anything else. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  let before = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(before))) before -= 1;
  return before === code ? -1 : (code - before - 1) % 10;
}

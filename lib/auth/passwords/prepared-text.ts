/** Names and passwords as they are compared (RFC 8264): what looks the same to the person who types it is the same. */

/** Full-width and half-width forms, and the space of the same width. */
const WIDE = /[\u3000\uff01-\uffee]+/g;
/** Invisible characters, but for the two joiners, which change how some scripts are written. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;
const AROUND = /^[\s\u200c\u200d]+|[\s\u200c\u200d]+$/g;

/**
 * The key of a user name: `UsernameCaseMapped` of RFC 8265 3.3, with the blanks of RFC 8266 2.1, which people type or paste. Width is mapped, then
 * case, then NFC. Does *not* refuse what RFC 8265 disallows: `nameProblem` does, for new names.
 */
export function preparedName(name: string): string {
  return name
    .replace(WIDE, (wide) => wide.normalize('NFKC'))
    .replace(INVISIBLE, '')
    .replace(AROUND, '')
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .normalize('NFC');
}

/** A password as it is hashed: `OpaqueString` of RFC 8265 4.2. Never trimmed, and neither case nor width is mapped. */
export function preparedPassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** Why nobody may be called so, as a sentence; null for a good name. */
export function nameProblem(name: string, maxChars: number): string | null {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || name.replace(INVISIBLE, '') !== name) {
    return 'A name has no control characters and no invisible ones.';
  }
  return name.trim() !== name || preparedName(name) === '' || [...name].length > maxChars
    ? `A name has 1 to ${maxChars} characters and no blanks around it.`
    : null;
}

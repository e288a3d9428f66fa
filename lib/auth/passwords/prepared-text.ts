/** Prepare names and passwords for comparison (RFC 8264): what looks the same compares as equal. */

/** Full-width and half-width forms, and the ideographic space. */
const WIDE = /[\u3000\uff01-\uffee]+/g;
/** Invisible characters, except the two joiners, which some scripts need. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;
const AROUND = /^[\s\u200c\u200d]+|[\s\u200c\u200d]+$/g;

/**
 * Return the key of a user name: `UsernameCaseMapped` (RFC 8265 3.3) with the space mapping of RFC 8266 2.1. Maps width, then
 * case, then NFC. Does *not* refuse what RFC 8265 disallows; `nameProblem` does, for new names.
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

/** Return a password as it is hashed: `OpaqueString` (RFC 8265 4.2). Not trimmed; case and width stay. */
export function preparedPassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** Return one sentence about an invalid new name, or null for a valid one. */
export function nameProblem(name: string, maxChars: number): string | null {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || name.replace(INVISIBLE, '') !== name) {
    return 'A name has no control characters and no invisible ones.';
  }
  return name.trim() !== name || preparedName(name) === '' || [...name].length > maxChars
    ? `A name has 1 to ${maxChars} characters and no blanks around it.`
    : null;
}

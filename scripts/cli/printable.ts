/** Text for a terminal, which would obey the control characters in a name. */

/** Control and format characters but the line feed become `\u{…}`, joiners of scripts and emoji stay. */
export function printable(text: string): string {
  return text.replace(
    /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}

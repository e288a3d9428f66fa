/** Escapes control characters, which a terminal would obey, in text such as a user name. */

/** Control and format characters become `\u{…}`, except for the line feed and the joiners of scripts and emoji. */
export function printable(text: string): string {
  return text.replace(
    /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}

/** The one spelling of a signed token, and its parts before the signature is checked. */

/** jose accepts padding, a trailing space and stray bits in a last character; one token must have one spelling (RFC 8725bis 3.14). */
export function isCanonicalJws(token: string, maxChars: number): boolean {
  if (token.length > maxChars) return false;
  const parts = token.split('.');
  return (
    parts.length === 3 &&
    parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}

/** Header and payload of a canonical JWS, *not* verified. Throws for what is not JSON in UTF-8. */
export function unverifiedParts(token: string): { header: unknown; payload: unknown } {
  const [header, payload] = token.split('.');
  return { header: decoded(header), payload: decoded(payload) };
}

function decoded(part = ''): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')));
}

/** The one spelling a signed token may have, and what it says before anybody has checked its signature. */

/** jose takes padding, a trailing space and last characters with stray bits; one token must have one spelling (RFC 8725bis 3.14). */
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

/** Makes invalid tokens, seals and proofs. */
import { createHmac } from 'node:crypto';
import { makeToken } from '../support/tokens.ts';
import type { Mutation } from './cases.ts';

/** A secret that the server does not know. */
const FOREIGN_SECRET = 'another-servers-secret-0123456789';
const HOUR = 3_600;

export function mutated(token: string, mutations: Mutation[]): string {
  return mutations.reduce(mutateOnce, token);
}

function mutateOnce(token: string, mutation: Mutation): string {
  const at = 'at' in mutation ? mutation.at % (token.length || 1) : 0;
  switch (mutation.kind) {
    case 'flip':
      return token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << mutation.bit)) + token.slice(at + 1);
    case 'cut':
      return token.slice(0, at);
    case 'add':
      return mutation.inFront ? mutation.text + token : token + mutation.text;
    case 'repeat':
      return token + mutation.by + token;
    case 'spell':
      return reencoded(token, mutation.how);
    case 'say':
      return withChangedPart(token, mutation);
    case 'part':
      return token
        .split('.')
        .map((part, n) => (n === mutation.n % 3 ? mutation.text : part))
        .join('.');
  }
}

function reencoded(token: string, how: Extract<Mutation, { kind: 'spell' }>['how']): string {
  if (how === 'padded') return token.replace(/(?=\.|$)/g, '=');
  if (how === 'upper') return token.toUpperCase();
  if (how === 'standard') return token.replaceAll('-', '+').replaceAll('_', '/');
  return how === 'escaped' ? encodeURIComponent(token.toWellFormed()).replace('.', '%2e') : `"${token}"`;
}

/** Changes a part of a token; the signature stays, is by a foreign secret, or is removed. */
function withChangedPart(token: string, { part, name, value, signed }: Extract<Mutation, { kind: 'say' }>): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const said = part === 'header' ? [changed(header, name, value), payload] : [header, changed(payload, name, value)];
  const input = said.join('.');
  if (signed === 'as before') return `${input}.${signature}`;
  return `${input}.${signed === 'not' ? '' : createHmac('sha256', FOREIGN_SECRET).update(input).digest('base64url')}`;
}

function changed(part: string, name: string, value: unknown): string {
  const claims = parsed(Buffer.from(part, 'base64url').toString());
  Object.defineProperty(claims, name, { value, enumerable: true, configurable: true, writable: true });
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Claims that must be refused although the token is signed with the server's secret. */
export function wrongTokens(origin: string): Promise<string[]> {
  const now = Math.floor(Date.now() / 1_000);
  const good = { access: `${origin}/api`, refresh: `${origin}/api/refresh_token` };
  const everyKind = (['access', 'refresh'] as const).flatMap((kind) => {
    const ours = { iss: origin, aud: good[kind], exp: now + HOUR };
    const other = kind === 'access' ? 'refresh' : 'access';
    return [
      makeToken({ kind, claims: ours, wrongKey: true }),
      makeToken({ kind, claims: ours, header: { typ: `${other}+jwt` } }),
      makeToken({ kind, claims: ours, header: { typ: 'JWT' } }),
      makeToken({ kind, claims: ours, header: { kid: 'other' } }),
      makeToken({ kind, claims: ours, header: { kid: '__proto__' } }),
      makeToken({ kind, claims: { ...ours, aud: good[other] } }),
      makeToken({ kind, claims: { ...ours, aud: 'https://evil.test/api' } }),
      makeToken({ kind, claims: { ...ours, iss: 'https://evil.test' } }),
      makeToken({ kind, claims: { ...ours, refresh: kind === 'access' } }),
      makeToken({ kind, claims: { ...ours, exp: now - 1 } }),
      makeToken({ kind, claims: { ...ours, iat: now + HOUR, exp: now + 2 * HOUR } }),
      makeToken({ kind, claims: { ...ours, nbf: now + HOUR } }),
      makeToken({ kind, claims: { ...ours, user_id: '11' } }),
      makeToken({ kind, claims: { ...ours, user_id: -11 } }),
      makeToken({ kind, claims: { ...ours, sid: "' or 1=1 --" } }),
      makeToken({ kind, claims: { ...ours, jti: {} } }),
    ];
  });
  return Promise.all([
    ...everyKind,
    makeToken({ claims: { iss: origin, aud: good.access, exp: now + 400 * 24 * HOUR } }),
    makeToken({ kind: 'refresh', claims: { iss: origin, aud: good.refresh, exp: now + HOUR } }),
  ]);
}

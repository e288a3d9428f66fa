/** The refresh token: unchanged for its whole life, good for one thing, and sealed by iron-session in a browser's cookie. */
import { createHash } from 'node:crypto';
import { sealData, unsealData } from 'iron-session';
import { z } from 'zod';
import { REFRESH_PATH } from '../../contract/paths.ts';
import { processWide } from '../../process-wide.ts';
import { BoundedCache } from './bounded-cache.ts';
import { keys } from './keys.ts';
import {
  signToken,
  type TokenClaims,
  type TokenKind,
  type TokenProblem,
  type TokenSubject,
  type Verified,
  verifyToken,
} from './token.ts';
import { CACHED_TOKENS_MAX, SEALED_TOKEN_MAX_CHARS } from './token-limits.ts';

export type RefreshTokenClaims = TokenClaims<true>;

const REFRESH_TOKEN: TokenKind<true> = {
  typ: 'refresh+jwt',
  audiencePath: REFRESH_PATH,
  refresh: true,
  key: (set) => set.refreshToken,
};

const Sealed = z.object({ token: z.string() });
/** The token inside has its own end; a second one could only disagree. */
const NO_TTL = 0;

/** Claims of seals that were opened, by the digest of the seal: nothing in here could be sent as a credential. */
const opened = () =>
  processWide('opened-seals', () => new BoundedCache<{ claims: RefreshTokenClaims }>(CACHED_TOKENS_MAX));

export function signRefreshToken(subject: TokenSubject, now: Date): Promise<string> {
  return signToken(REFRESH_TOKEN, subject, now);
}

/** Does *not* ask whether the session is live: its row says so. */
export function verifyRefreshToken(token: string, now: Date): Promise<Verified<RefreshTokenClaims>> {
  return verifyToken(REFRESH_TOKEN, token, now);
}

/** The same for a sealed token. A seal is opened once per process, since that costs far more than the rest of a refresh. */
export async function verifySealedRefreshToken(seal: string, now: Date): Promise<Verified<RefreshTokenClaims>> {
  const digest = createHash('sha256').update(seal).digest('base64url');
  const cached = opened().get(digest);
  if (cached) {
    if (cached.claims.exp * 1_000 > now.getTime()) return cached;
    opened().delete(digest);
    return { problem: 'expired' };
  }
  const { token, problem } = await unsealRefreshToken(seal);
  if (problem) return { problem };
  const result = await verifyRefreshToken(token, now);
  if (result.claims) opened().set(digest, result);
  return result;
}

export function sealRefreshToken(token: string): Promise<string> {
  const { newest } = keys();
  return sealData({ token }, { password: { [newest.sealPasswordId]: newest.sealPassword }, ttl: NO_TTL });
}

type Unsealed = { token: string; problem?: undefined } | { token?: undefined; problem: TokenProblem };

/** Never throws. */
export async function unsealRefreshToken(seal: string): Promise<Unsealed> {
  const id = passwordIdOf(seal);
  if (id === undefined) return { problem: 'malformed' };
  const unsealed = await unsealData(seal, { password: sealPasswords(), ttl: NO_TTL });
  const token = Sealed.safeParse(unsealed).data?.token;
  if (token !== undefined) return { token };
  return { problem: id in sealPasswords() ? 'bad_signature' : 'unknown_key' };
}

/** True for the form of a seal with a password id of another instance. Verifies nothing. */
export function isForeignSeal(seal: string): boolean {
  const id = passwordIdOf(seal);
  return id !== undefined && !(id in sealPasswords());
}

/** Prefix, password id, salt, IV, text, end, salt of the MAC, MAC (iron-webcrypto). */
const SEAL = /^Fe26\.2\*(\d+)\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*\d*\*[0-9a-f]{64}\*([\w-]{43})~2$/;

/**
 * Undefined for what is no seal in its one spelling: iron-session accepts stray bits at the end of the MAC and any text after the first
 * `~`. Everything before is under the MAC.
 */
function passwordIdOf(seal: string): string | undefined {
  if (seal.length > SEALED_TOKEN_MAX_CHARS) return undefined;
  const [, id, mac = ''] = SEAL.exec(seal) ?? [];
  return Buffer.from(mac, 'base64url').toString('base64url') === mac ? id : undefined;
}

/** Without a prototype, since a sender chooses the id inside a seal and may choose `constructor`. */
function sealPasswords(): Record<string, string> {
  const passwords: Record<string, string> = Object.create(null);
  for (const set of keys().byId.values()) passwords[set.sealPasswordId] = set.sealPassword;
  return passwords;
}

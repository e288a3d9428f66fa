/** The refresh token: unchanged for its whole life, does one thing, and travels in a browser only sealed by iron-session. */
import { createHash } from 'node:crypto';
import { sealData, unsealData } from 'iron-session';
import { z } from 'zod';
import { REFRESH_PATH } from '../../contract/paths.ts';
import { processWide } from '../../process-wide.ts';
import { remember } from './bounded-cache.ts';
import { keys } from './keys.ts';
import { CACHED_TOKENS_MAX, SEALED_TOKEN_MAX_CHARS } from './policy.ts';
import { signToken, type TokenClaims, type TokenKind, type TokenSubject, verifyToken } from './token.ts';

export type RefreshTokenClaims = TokenClaims<true>;

const REFRESH_TOKEN: TokenKind<true> = {
  typ: 'refresh+jwt',
  audiencePath: REFRESH_PATH,
  refresh: true,
  key: (set) => set.refreshToken,
};

const Sealed = z.object({ token: z.string() });
/** The token inside has its own end; a second one around it could only disagree. */
const NO_TTL = 0;

/** What seals have turned out to hold, by the digest of their text: nothing in here could be sent as a credential. */
const opened = () => processWide('opened-seals', () => new Map<string, RefreshTokenClaims>());

export function signRefreshToken(subject: TokenSubject, now: Date): Promise<string> {
  return signToken(REFRESH_TOKEN, subject, now);
}

/** The claims, or null. Does *not* ask whether the session still lives: the session's row does. */
export function verifyRefreshToken(token: string, now: Date): Promise<RefreshTokenClaims | null> {
  return verifyToken(REFRESH_TOKEN, token, now);
}

/** The same for the token inside a seal: opened and verified once per process, since both cost far more than the rest of a refresh. */
export async function verifySealedRefreshToken(seal: string, now: Date): Promise<RefreshTokenClaims | null> {
  const digest = createHash('sha256').update(seal).digest('base64url');
  const known = opened().get(digest);
  if (known) return known.exp * 1_000 > now.getTime() ? known : forget(digest);
  const token = await unsealRefreshToken(seal);
  const claims = token === null ? null : await verifyRefreshToken(token, now);
  if (claims) remember(opened(), digest, claims, CACHED_TOKENS_MAX);
  return claims;
}

export function sealRefreshToken(token: string): Promise<string> {
  const { newest } = keys();
  return sealData({ token }, { password: { [newest.sealPasswordId]: newest.sealPassword }, ttl: NO_TTL });
}

/** The token, or null for whatever iron-session cannot open. Never throws, though what it calls does for some odd seals. */
export async function unsealRefreshToken(seal: string): Promise<string | null> {
  if (seal.length > SEALED_TOKEN_MAX_CHARS || !isCanonicalSeal(seal)) return null;
  try {
    const unsealed = await unsealData(seal, {
      password: sealPasswords(),
      ttl: NO_TTL,
    });
    return Sealed.safeParse(unsealed).data?.token ?? null;
  } catch {
    return null;
  }
}

/** Prefix, password id, salt, IV, text, end, salt of the MAC, MAC (iron-webcrypto). */
const SEAL = /^Fe26\.2\*(\d+)\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]+\*\d*\*[0-9a-f]{64}\*[\w-]{43}~2$/;

/** Whether it has the form of a seal and names a password that is none of ours: another instance's. Nothing in it is verified. */
export function isForeignSeal(seal: string): boolean {
  const [, id] = SEAL.exec(seal) ?? [];
  return seal.length <= SEALED_TOKEN_MAX_CHARS && id !== undefined && !(id in sealPasswords());
}

function forget(digest: string): null {
  opened().delete(digest);
  return null;
}

/** iron-session takes stray bits at the end of the MAC, and whatever stands after the first `~`; everything before is under the MAC. */
function isCanonicalSeal(seal: string): boolean {
  const [, mac] = /^[^~]*\*([A-Za-z0-9_-]+)~2$/.exec(seal) ?? [];
  return mac !== undefined && Buffer.from(mac, 'base64url').toString('base64url') === mac;
}

/** Without a prototype, since the id inside a seal is the sender's and may say `constructor`. */
function sealPasswords(): Record<string, string> {
  const passwords: Record<string, string> = Object.create(null);
  for (const set of keys().byId.values()) passwords[set.sealPasswordId] = set.sealPassword;
  return passwords;
}

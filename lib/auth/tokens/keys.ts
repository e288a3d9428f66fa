/** The secrets and every key derived from them: the newest signs and seals, all verify and unseal. */
import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, parseSecrets, type Secret } from '../../env.ts';
import { processWide } from '../../process-wide.ts';
import { SECRET_MIN_BYTES } from './token-limits.ts';

export type KeySet = Awaited<ReturnType<typeof deriveKeySet>>;
export type Keys = Awaited<ReturnType<typeof deriveKeys>>;

const SECRETS_FILE = 'auth-secrets';
const GENERATED_ID_BYTES = 6;
const holder = () => processWide<{ keys?: Keys }>('keys', () => ({}));

/** Call it once at the start of the process; everything else calls `keys()`. */
export async function loadKeys(env: Pick<Env, 'authSecrets' | 'dataDir'>): Promise<void> {
  holder().keys = await deriveKeys(env.authSecrets ?? generatedSecrets(env.dataDir));
}

export function keys(): Keys {
  const { keys } = holder();
  if (!keys) throw new Error('No keys are loaded: start with `npm start` or `npm run dev`.');
  return keys;
}

export async function deriveKeys([first, ...older]: readonly [Secret, ...Secret[]]) {
  const newest = await deriveKeySet(first);
  const sets = [newest, ...(await Promise.all(older.map(deriveKeySet)))];
  return { newest, byId: new Map(sets.map((set) => [set.id, set])) };
}

/** Generated at the first start and kept beside the embedded database, readable by its owner only. */
function generatedSecrets(dataDir: string): [Secret, ...Secret[]] {
  const file = join(dataDir, SECRETS_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // An id of its own, so that another instance on this host tells our tokens from forged ones of its own.
    const id = `own-${randomBytes(GENERATED_ID_BYTES).toString('hex')}`;
    writeFileSync(file, `${id}:${randomBytes(SECRET_MIN_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  chmodSync(file, 0o600);
  return parseSecrets(readFileSync(file, 'utf8').trim(), file);
}

/** Keys of one secret, one per use, so that no token or seal can pass for another kind (RFC 8725 3.12). */
async function deriveKeySet({ id, secret }: Secret) {
  return {
    id,
    accessToken: await signingKey(derive(secret, 'access token')),
    refreshToken: await signingKey(derive(secret, 'refresh token')),
    /** iron-session names passwords by number. It depends on the secret and not on its place in the list. */
    sealPasswordId: derive(secret, 'seal password id').readUInt32BE(),
    sealPassword: derive(secret, 'seal password').toString('base64url'),
    // As keys and not as bytes, which Node would turn into a key at every use.
    sessionLabel: createSecretKey(derive(secret, 'session label')),
    proofNonce: createSecretKey(derive(secret, 'proof nonce')),
  };
}

function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `tandem ${use}`, 32));
}

function signingKey(bytes: Buffer): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new Uint8Array(bytes), algorithm, false, ['sign', 'verify']);
}

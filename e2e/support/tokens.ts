/** Correctly signed tokens that are expired, foreign or wrong, for which one needs the server's secret. */
import { SignJWT } from 'jose';
import { deriveKeys, type Keys } from '../../lib/auth/tokens/keys.ts';
import { randomId } from '../../lib/auth/tokens/random-id.ts';

/** Servers under test start with these, so they accept the signatures made here. */
export const AUTH_SECRETS = 'test:Zp4v9Qw2Lr7Xc1Nb6Ky8Tm3Hd5Gj0Fs4';
export const APP_ORIGIN = 'http://localhost:3000';
/** The environment of such a server. */
export const SERVER_ENV = { AUTH_SECRETS, APP_ORIGIN, DEMO_DATA: 'on' };

const [id = '', secret = ''] = AUTH_SECRETS.split(':');
let derived: Promise<Keys> | undefined;

interface Changes {
  kind?: 'access' | 'refresh';
  claims?: object;
  header?: object;
  /** Sign with the key of the other kind. */
  wrongKey?: boolean;
}

/** A valid token for user 11, except for `changes`. Its session does not exist unless `sid` is given. */
export async function makeToken({
  kind = 'access',
  claims = {},
  header = {},
  wrongKey = false,
}: Changes = {}): Promise<string> {
  derived ??= deriveKeys([{ id, secret }]);
  const { newest } = await derived;
  const isAccess = kind === 'access';
  const key = isAccess !== wrongKey ? newest.accessToken : newest.refreshToken;
  const iat = Math.floor(Date.now() / 1_000);
  const good = {
    iss: APP_ORIGIN,
    aud: `${APP_ORIGIN}${isAccess ? '/api' : '/api/refresh_token'}`,
    iat,
    exp: iat + 600,
    jti: randomId(),
    sid: randomId(),
    user_id: 11,
    refresh: !isAccess,
  };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: `${kind}+jwt`, kid: id, ...header })
    .sign(key);
}

export function unsigned(token: string, alg = 'none'): string {
  const [, payload] = token.split('.');
  const header = Buffer.from(JSON.stringify({ alg, typ: 'access+jwt', kid: id })).toString('base64url');
  return `${header}.${payload}.`;
}

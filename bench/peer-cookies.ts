/** Signs a user in at each peer and returns the session cookie. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { sealData } from 'iron-session';
import { SignJWT } from 'jose';
import { IRON_COOKIE, JOSE_COOKIE, NEXT_AUTH_COOKIE, SECRET } from './peers/lib/settings.ts';

const DAY_SECONDS = 86_400;

export interface PeerCookies {
  jose: string;
  iron: string;
  'next-auth': string;
  'better-auth': string;
  'better-auth-cached': string;
}

export async function peerCookies(url: string): Promise<PeerCookies> {
  const jose = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('1')
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(SECRET));
  const iron = await sealData({ userId: '1' }, { password: SECRET, ttl: DAY_SECONDS });
  const { encode } = await import(pathToFileURL(createRequire(import.meta.url).resolve('next-auth/jwt')).href);
  const nextAuth = await encode({ token: { name: 'admin', sub: '1' }, secret: SECRET, maxAge: DAY_SECONDS });
  return {
    jose: `${JOSE_COOKIE}=${jose}`,
    iron: `${IRON_COOKIE}=${iron}`,
    'next-auth': `${NEXT_AUTH_COOKIE}=${nextAuth}`,
    'better-auth': await signUp(url, '/api/auth-plain', 'plain'),
    'better-auth-cached': await signUp(url, '/api/auth-cached', 'cached'),
  };
}

export async function signUp(url: string, basePath: string, who: string): Promise<string> {
  const answer = await fetch(`${url}${basePath}/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ name: who, email: `${who}@example.com`, password: 'a long enough password' }),
  });
  if (!answer.ok) throw new Error(`Better Auth signed nobody up: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

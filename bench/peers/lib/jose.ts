import { jwtVerify } from 'jose';
import { SECRET } from './settings.ts';

/** As in its documentation: the secret as bytes, the algorithm named. */
const key = new TextEncoder().encode(SECRET);

export async function joseUser(token: string | undefined): Promise<string | null> {
  if (!token) return null;
  try {
    return (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload.sub ?? null;
  } catch {
    return null;
  }
}

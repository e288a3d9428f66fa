import type { NextAuthOptions } from 'next-auth';
import { SECRET } from './settings.ts';

/** The default: the session is an encrypted JWT in a cookie. */
export const nextAuthOptions: NextAuthOptions = {
  secret: SECRET,
  session: { strategy: 'jwt', maxAge: 14 * 86_400 },
  providers: [],
};

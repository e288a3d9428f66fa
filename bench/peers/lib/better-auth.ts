import { betterAuth } from 'better-auth';
import pg from 'pg';
import { SECRET } from './settings.ts';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL ?? 'postgres://nobody@127.0.0.1:1/none',
  max: 10,
});

function options(basePath: string, cached: boolean, updateAge: number) {
  return {
    baseURL: process.env.APP_ORIGIN ?? 'http://localhost:3000',
    basePath,
    secret: SECRET,
    database: pool,
    emailAndPassword: { enabled: true },
    // The rate limit would stop the load.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    session: { expiresIn: 14 * 86_400, updateAge, cookieCache: { enabled: cached, maxAge: 7_200 } },
  };
}

/** The default: every request reads the session from the database, and extends it once a day. */
export const plain = betterAuth(options('/api/auth-plain', false, 86_400));
/** The session in a signed cookie for two hours, the lifetime of Tandem's access token. */
export const cached = betterAuth(options('/api/auth-cached', true, 86_400));
/** Every request extends the session: its equivalent of a refresh. */
export const prolonging = betterAuth(options('/api/auth-plain', false, 0));

/** Makes Better Auth's tables in the database of `DATABASE_URL`. */
import { getMigrations } from 'better-auth/db/migration';
import { plain } from './peers/lib/better-auth.ts';

const { runMigrations } = await getMigrations(plain.options);
await runMigrations();
process.exit(0);

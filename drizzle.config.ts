import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes the next migration from the schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './lib/db/schema.ts',
  out: './lib/db/migrations',
});

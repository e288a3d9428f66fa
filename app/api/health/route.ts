/** `GET /api/health`: 200 when the database answers, 503 when not; for load balancers. */
import { sql } from 'drizzle-orm';
import { json } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: open({}, async ({ db }) => {
    await db.execute(sql`select 1`);
    return json(200, { status: 'ok' });
  }),
});

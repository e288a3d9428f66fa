import { refuse } from '../../../lib/answers.ts';
import { prolonging } from '../../../lib/better-auth.ts';

export const dynamic = 'force-dynamic';

export async function PUT({ headers }: Request): Promise<Response> {
  const refreshed = await prolonging.api.getSession({ headers, returnHeaders: true });
  if (!refreshed.response) return refuse();
  return Response.json(
    { expires_at: refreshed.response.session.expiresAt },
    { status: 201, headers: refreshed.headers },
  );
}

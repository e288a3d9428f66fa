import { answer, refuse } from '../../../lib/answers.ts';
import { cached } from '../../../lib/better-auth.ts';

export const dynamic = 'force-dynamic';

export async function GET({ headers }: Request): Promise<Response> {
  const session = await cached.api.getSession({ headers });
  return session ? answer(session.user.id) : refuse();
}
